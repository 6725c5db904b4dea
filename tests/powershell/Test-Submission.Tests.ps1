# Test-StoreSubmission: what it takes, what it returns and what it writes for build services. The rules themselves are tested
# through the C interface.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $good = '{"listings":{"en-us":{"baseListing":{"title":"Beans","description":"Counts beans.","images":[{"imageType":"Screenshot","fileName":"a.png"}]}}},"pricing":{"priceId":"Free"}}'
    $bad = $good.Replace('"Beans"', '"' + 'x' * 257 + '"')
    function Set-Text([string] $Path, [string] $Text) {
        $full = Join-Path $TestDrive $Path
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($full))
        [IO.File]::WriteAllText($full, $Text)
        $full
    }
    # What a script writes to the host.
    function Get-Written([scriptblock] $Script) {
        @(& $Script 6>&1 | Where-Object { $_ -is [Management.Automation.InformationRecord] } | ForEach-Object { "$_" })
    }
}

Describe 'Test-StoreSubmission' {
    It 'returns a finding as an object' {
        $found = Test-StoreSubmission $bad | Where-Object Id -eq 'T01'
        $found | Should -BeOfType StoreShip.StoreFinding
        $found.Severity | Should -BeExactly 'Error'
        $found.Pointer | Should -BeExactly '/listings/en-us/baseListing/title'
        $found.Place | Should -BeExactly $found.Pointer
        $found.Language | Should -BeExactly 'en-us'
        $found.Found | Should -BeExactly '257'
        $found.Allowed | Should -BeExactly 'at most 256'
        $found.Remedy | Should -BeExactly 'shorten it by 1 characters'
        $found.Source | Should -BeLike 'https://*'
        @(Test-StoreSubmission $bad)[0].Severity | Should -BeExactly 'Error'
    }

    It 'takes an object with its edits, a file, and a folder' {
        $object = ConvertFrom-StoreJson $good
        $object.listings.'en-us'.baseListing.title = 'x' * 257
        ($object | Test-StoreSubmission).Id | Should -Contain 'T01'
        $file = Set-Text 'submission.json' $bad
        (Test-StoreSubmission $file | Where-Object Id -eq 'T01').Line | Should -Be 1
        (Get-Item $file | Test-StoreSubmission).Id | Should -Contain 'T01'
        $null = Set-Text 'store/listings/en-us/title.txt' ('x' * 257)
        Push-Location $TestDrive
        try { (Test-StoreSubmission store).Place | Should -Contain 'store/listings/en-us/title.txt:1' }
        finally { Pop-Location }
        (Test-StoreSubmission $good -ListingPath (Join-Path $TestDrive store)).Id | Should -Contain 'T01'
    }

    It 'compares with a submission that is there' {
        (Test-StoreSubmission $bad -ReferenceObject $bad | Where-Object Id -eq 'T01').Severity | Should -BeExactly 'Warning'
        $file = Set-Text 'base.json' $bad
        (Test-StoreSubmission $bad -ReferenceObject $file | Where-Object Id -eq 'T01').Severity | Should -BeExactly 'Warning'
    }

    It 'says with -Quiet whether there is no error' {
        Test-StoreSubmission $bad -Quiet | Should -BeExactly $false
        Test-StoreSubmission $bad -Allow T01 -Quiet | Should -BeExactly $true
        Test-StoreSubmission $good -Quiet | Should -BeExactly $true
    }

    It 'checks packages and the file of a release' {
        $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
        (Test-StoreSubmission -PackagePath $package -Full).Id | Should -Contain 'P06'
        $release = Set-Text 'release.json' '{"packages":["App.msix"],"releaseNotes":{"en-us":"{{notes}}"}}'
        $found = Test-StoreSubmission -ReleasePath $release
        $found.Id | Should -Contain 'P06'
        ($found | Where-Object Id -eq 'T16').Pointer | Should -BeExactly '/releaseNotes/en-us'
    }

    It 'checks the add-ons of a folder and the section of its changelog' {
        $null = Set-Text 'tree/listings/en-us/description.txt' 'Counts beans.'
        $null = Set-Text 'tree/add-ons/coins/listings/en-us/title.txt' ('x' * 101)
        $null = Set-Text 'tree/storeship.json' '{"changelog":"../CHANGELOG.md"}'
        $null = Set-Text 'CHANGELOG.md' "## 1.0`n`nCounts peas."
        $found = Test-StoreSubmission (Join-Path $TestDrive tree) -ReleaseNotesVersion 2.0
        ($found | Where-Object Id -eq 'A01').ProductId | Should -BeExactly 'coins'
        ($found | Where-Object Id -eq 'T26').Severity | Should -BeExactly 'Error'
        (Test-StoreSubmission (Join-Path $TestDrive tree) -ReleaseNotesVersion 1.0).Id | Should -Not -Contain 'T26'
    }

    It 'reads the pictures of -File' {
        $picture = Set-Text 'a.png' 'no picture'
        (Test-StoreSubmission $good -File @{ 'a.png' = $picture }).Id | Should -Contain 'I01'
        (Test-StoreSubmission $good -File (Get-Item $picture)).Id | Should -Contain 'I01'
    }

    It 'knows reserved names and words that no text may have' {
        $title = (Test-StoreSubmission $good -ReservedName 'Another', 'Peas').Where({ $_.Id -eq 'T10' })
        $title.Severity | Should -BeExactly 'Warning'
        $words = Set-Text 'words.txt' "# a list`nbeans"
        foreach ($path in $words, (Get-ChildItem (Split-Path $words) -Filter words.txt)) {
            (Test-StoreSubmission $good -WordsPath $path).Id | Should -Contain 'T20'
        }
    }

    It 'writes annotations to the host, beside the objects' {
        $lines = Get-Written { Test-StoreSubmission $bad -Annotations GitHub }
        $lines | Should -Contain ('::error title=T01::en-us: `title` has 257 characters, and the Store takes at most 256 (shorten it by 1 characters)')
        Get-Written { Test-StoreSubmission $bad -Annotations github } | Should -Be $lines
        $lines = Get-Written { Test-StoreSubmission $bad -Annotations Azure -Quiet }
        @($lines -like '##vso`[task.logissue type=error;code=T01;`]*').Count | Should -Be 1
        Get-Written { Test-StoreSubmission $bad } | Should -BeNullOrEmpty
    }

    It 'writes SARIF' {
        $path = Join-Path $TestDrive 'out.sarif'
        $null = Test-StoreSubmission $bad -SarifPath ([IO.FileInfo] $path)
        $log = ConvertFrom-StoreJson -Path $path
        $log.version | Should -BeExactly '2.1.0'
        $log.runs[0].results[0].ruleId | Should -BeExactly 'T01'
    }

    It 'needs something to check' {
        (Get-Failure { Test-StoreSubmission }).FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
        (Get-Failure { Test-StoreSubmission $good -Allow T99 }).ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        (Get-Failure { Test-StoreSubmission (Join-Path $TestDrive 'none.json') }).FullyQualifiedErrorId | Should -BeLike 'file.not_found,*'
    }
}
