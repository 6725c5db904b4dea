# The parameters of Publish-StoreSubmission, and what it says before and after a release.
BeforeDiscovery { $onWindows = -not (Test-Path Variable:IsWindows) -or $IsWindows }
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $Now = @{ Confirm = $false; PollSeconds = 0.01 }
    $Left = @{ Confirm = $false; NoCommit = $true; Draft = 'replace' }

    # The plan of a release without the line of What-if, and the line.
    function Get-Preview([scriptblock] $Script) {
        $log = Join-Path $TestDrive 'preview.txt'
        $null = Start-Transcript $log
        try { $plan = & $Script }
        finally { $null = Stop-Transcript }
        $said = [regex]::Match([IO.File]::ReadAllText($log), '(?m)^What if: (.*?)\r?$').Groups[1].Value
        @{ Plan = $plan; Said = $said }
    }

    # The values of a plan's edits by pointer.
    function Get-Edits([object] $Plan) {
        $edits = @{}
        foreach ($edit in $Plan.edits) { $edits[$edit.path] = $edit.value }
        $edits
    }

    function New-Folder([hashtable] $Files) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([Guid]::NewGuid().ToString('n')))).FullName
        foreach ($name in $Files.Keys) { [IO.File]::WriteAllText((Join-Path $folder $name), $Files[$name]) }
        $folder
    }
}

Describe 'a release' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'has a parameter for each member of a submission that it sets' {
        $date = New-Object DateTimeOffset 2050, 1, 31, 9, 0, 0, ([TimeSpan]::FromHours(2))
        $edits = Get-Edits (Publish-StoreSubmission $App -Visibility hidden -PublishDate $date -NotesForCertification 'the account is test' -MandatoryUpdate $date.UtcDateTime -Rollout 12.5 -WhatIf)
        $edits['/visibility'] | Should -BeExactly 'Hidden'
        $edits['/targetPublishMode'] | Should -BeExactly 'SpecificDate'
        $edits['/targetPublishDate'] | Should -BeExactly '2050-01-31T07:00:00Z'
        $edits['/notesForCertification'] | Should -BeExactly 'the account is test'
        $edits['/packageDeliveryOptions/isMandatoryUpdate'] | Should -BeTrue
        $edits['/packageDeliveryOptions/mandatoryUpdateEffectiveDate'] | Should -BeExactly '2050-01-31T07:00:00Z'
        $edits['/packageDeliveryOptions/packageRollout/packageRolloutPercentage'] | Should -Be 12.5
        $edits = Get-Edits (Publish-StoreSubmission $App -PublishMode manual -WhatIf)
        $edits['/targetPublishMode'] | Should -BeExactly 'Manual'
    }

    It 'takes a date as <Name>' -ForEach @(
        @{ Name = 'a text of another zone'; Date = '2050-01-31T09:00:00+02:00' }
        @{ Name = 'a text in UTC'; Date = '2050-01-31 07:00Z' }
        @{ Name = 'a DateTime'; Date = ([DateTimeOffset]::Parse('2050-01-31T07:00:00Z')).LocalDateTime }
    ) {
        (Get-Edits (Publish-StoreSubmission $App -PublishDate $Date -WhatIf))['/targetPublishDate'] | Should -BeExactly '2050-01-31T07:00:00Z'
    }

    It 'refuses a date without a zone, and names the parameter' {
        $failure = Get-Failure { Publish-StoreSubmission $App -PublishDate '01/02/2050' -WhatIf }
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        "$failure" | Should -BeLike '-PublishDate: *'
    }

    It 'refuses parameters that contradict each other: <Name>' -ForEach @(
        @{ Name = 'two sources of release notes'; Run = { Publish-StoreSubmission $App -ReleaseNotes x -ReleaseNotesPath ./x.txt @Now } }
        @{ Name = 'two ends of the wait'; Run = { Publish-StoreSubmission $App -NoWait -Until published @Now } }
        @{ Name = 'a draft to add to and to replace'; Run = { Publish-StoreSubmission $App -SubmissionId 1 -Draft replace @Now } }
    ) {
        $before = @(Get-Request $emulator).Count
        (Get-Failure $Run).FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        @(Get-Request $emulator).Count | Should -Be $before
    }
}

Describe 'release notes' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'are <Name>' -ForEach @(
        @{ Name = 'one text'; Notes = 'Faster'; English = 'Faster'; German = 'Faster' }
        @{ Name = 'lines'; Notes = @('Faster', '', 'Smaller'); English = "Faster`n`nSmaller"; German = "Faster`n`nSmaller" }
        @{ Name = 'a hashtable'; Notes = @{ 'en-us' = 'Faster', 'Smaller'; default = 'Other' }; English = "Faster`nSmaller"; German = 'Other' }
        @{ Name = 'an object'; Notes = [pscustomobject] @{ 'en-us' = 'Faster'; 'de-de' = 'Schneller' }; English = 'Faster'; German = 'Schneller' }
    ) {
        $edits = Get-Edits (Publish-StoreSubmission $App -ReleaseNotes $Notes -WhatIf)
        $edits['/listings/en-us/baseListing/releaseNotes'] | Should -BeExactly $English
        $edits['/listings/de-de/baseListing/releaseNotes'] | Should -BeExactly $German
    }

    It 'are the lines of Get-Content' {
        $folder = New-Folder @{ 'notes.txt' = "Faster`r`nSmaller`r`n" }
        $edits = Get-Edits (Publish-StoreSubmission $App -ReleaseNotes @{ 'en-us' = Get-Content "$folder/notes.txt" } -WhatIf)
        $edits['/listings/en-us/baseListing/releaseNotes'] | Should -BeExactly "Faster`nSmaller"
    }

    It 'are in <Name>, in UTF-8' -ForEach @(
        @{ Name = 'a text file'; Files = @{ 'notes.txt' = "Schneller $([char]0xfc)ber`n" }; Path = 'notes.txt'; English = "Schneller $([char]0xfc)ber" }
        @{ Name = 'a JSON file'; Files = @{ 'notes.json' = '{"en-us":"Faster","default":"Schneller \u00fcber"}' }; Path = 'notes.json'; English = 'Faster' }
        @{ Name = 'a folder'; Files = @{ 'en-us.txt' = "Faster`r`n"; 'default.TXT' = "Schneller $([char]0xfc)ber"; 'readme.md' = 'x' }; Path = '.'; English = 'Faster' }
    ) {
        Push-Location (New-Folder $Files)
        try { $edits = Get-Edits (Publish-StoreSubmission $App -ReleaseNotesPath $Path -WhatIf) }
        finally { Pop-Location }
        $edits['/listings/en-us/baseListing/releaseNotes'] | Should -BeExactly $English
        $edits['/listings/de-de/baseListing/releaseNotes'] | Should -BeExactly "Schneller $([char]0xfc)ber"
    }

    It 'are the section of a version in a changelog' {
        $folder = New-Folder @{ 'CHANGELOG.md' = "# Changes`n`n## [2.0.0] - 2026-11-30`n`n- **Faster**`n`n## 1.9`n`n- Older`n" }
        $edits = Get-Edits (Publish-StoreSubmission $App -ReleaseNotesPath "$folder/CHANGELOG.md" -ReleaseNotesVersion 2.0 -WhatIf)
        $edits['/listings/en-us/baseListing/releaseNotes'] | Should -BeExactly "$([char]0x2022) Faster"
        $failure = Get-Failure { Publish-StoreSubmission $App -ReleaseNotesPath "$folder/CHANGELOG.md" -ReleaseNotesVersion 3.0 @Now }
        $failure.FullyQualifiedErrorId | Should -BeLike 'file.no_match,*'
        "$failure" | Should -BeLike '*it has 2.0.0, 1.9*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-ReleaseNotesVersion*'
        "$(Get-Failure { Publish-StoreSubmission $App -ReleaseNotesPath "$folder/CHANGELOG.md" @Now })" | Should -BeLike '-ReleaseNotesVersion: *'
    }

    It 'in a file that can not be used are refused, and the file is named: <Name>' -ForEach @(
        @{ Name = 'missing'; Files = @{}; Path = 'none.txt'; Code = 'file.not_found' }
        @{ Name = 'empty'; Files = @{ 'none.txt' = "`r`n" }; Path = 'none.txt'; Code = 'file.empty' }
        @{ Name = 'one of a folder'; Files = @{ 'none.txt' = '' }; Path = '.'; Code = 'file.empty' }
        @{ Name = 'no JSON'; Files = @{ 'none.json' = '{' }; Path = 'none.json'; Code = 'document.invalid' }
        @{ Name = 'a number'; Files = @{ 'none.json' = '{"en-us":1}' }; Path = 'none.json'; Code = 'request.invalid' }
    ) {
        Push-Location (New-Folder $Files)
        try { $failure = Get-Failure { Publish-StoreSubmission $App -ReleaseNotesPath $Path @Now } }
        finally { Pop-Location }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,*"
        "$failure" | Should -BeLike '*none.*'
    }

    It 'that are none are refused: <Name>' -ForEach @(
        @{ Name = 'an empty text'; Notes = " `n" }, @{ Name = 'a number'; Notes = 1 }, @{ Name = 'no language'; Notes = @{} }
        @{ Name = 'a language without a text'; Notes = @{ 'en-us' = $null } }
    ) {
        $failure = Get-Failure { Publish-StoreSubmission $App -ReleaseNotes $Notes @Now }
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        "$failure" | Should -BeLike '-ReleaseNotes: *'
    }

    It 'in a language without a listing are refused, or skipped with a warning' {
        $failure = Get-Failure { Publish-StoreSubmission $App -ReleaseNotes @{ 'fr-fr' = 'x'; 'en-us' = 'y' } -WhatIf }
        "$failure" | Should -BeLike '*fr-fr*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-MissingLanguages skip*'
        $plan = Publish-StoreSubmission $App -ReleaseNotes @{ 'fr-fr' = 'x'; 'en-us' = 'y' } -MissingLanguages skip -WhatIf
        $plan.edits.path | Should -BeExactly '/listings/en-us/baseListing/releaseNotes'
        $plan.warnings | Should -BeLike '*fr-fr*'
        $plan | Out-String | Should -Match 'Warnings *: .*fr-fr'
    }
}

Describe 'packages and files' {
    BeforeAll {
        $emulator = Connect-Emulator
        $folder = New-Folder @{ '01.png' = 'an image' }
        $null = New-Item -ItemType Directory "$folder/out"
        $null = New-TestPackage "$folder/out/App_2.0.0.0_x64.msix" '2.0.0.0'
        $null = New-TestPackage "$folder/old.msix" '1.0.0.0'
        Push-Location $folder
    }
    AfterAll {
        Pop-Location
        Disconnect-Emulator
    }

    It 'are found by <Name>, from the location of PowerShell' -ForEach @(
        @{ Name = 'a path'; Path = { './out/App_2.0.0.0_x64.msix' } }, @{ Name = 'a wildcard'; Path = { 'out/*.msix' } }, @{ Name = 'a folder'; Path = { './out' } }
        @{ Name = 'a file object'; Path = { Get-ChildItem -Recurse -Filter App*.msix } }
    ) {
        $plan = Publish-StoreSubmission $App -PackagePath (& $Path) -WhatIf
        $plan.packages.fileName | Should -BeExactly 'App_2.0.0.0_x64.msix'
        $plan | Out-String | Should -Match 'Packages *: App_2\.0\.0\.0_x64\.msix, version 2\.0\.0\.0 x64'
        $plan | Out-String | Should -Match 'UploadBytes *: \d+ bytes'
    }

    It 'take the place of older ones, unless -OldPackages or -KeepPackages says otherwise' {
        function Get-Going([hashtable] $More) {
            @((Publish-StoreSubmission $App -PackagePath ./out @More -WhatIf).edits | Where-Object path -Like '/applicationPackages/*/fileStatus').Count
        }
        Get-Going @{} | Should -Be 1
        Get-Going @{ OldPackages = 'replace' } | Should -Be 1
        Get-Going @{ OldPackages = 'keepall' } | Should -Be 0
        Get-Going @{ OldPackages = 'removeAll' } | Should -Be 1
        Get-Going @{ KeepPackages = 1 } | Should -Be 0
    }

    It 'that a rule refuses are released with -Allow' {
        $failure = Get-Failure { Publish-StoreSubmission $App -PackagePath ./old.msix -WhatIf }
        $failure.FullyQualifiedErrorId | Should -BeLike 'check.failed,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Allow*'
        $rule = (ConvertFrom-StoreJson $failure.Exception.DetailsJson)[0].code
        $plan = Publish-StoreSubmission $App -PackagePath ./old.msix -Allow $rule -WhatIf
        $plan.findings.id | Should -Contain $rule
        $plan | Out-String | Should -Match "Findings *: $rule "
    }

    It 'have another name in the archive with -File' {
        $image = @{ fileName = 'en-us/02.png'; fileStatus = 'PendingUpload'; imageType = 'Screenshot' }
        $receipt = Publish-StoreSubmission $App -Edit @{ '/listings/en-us/baseListing/images/-' = $image } -File @{ 'en-us/02.png' = './01.png' } -Until published @Now
        $receipt.upload.entries.name | Should -BeExactly 'en-us/02.png'
        $receipt.status | Should -BeExactly 'Published'
    }

    It 'keep their name with -File and a path' {
        $image = @{ fileName = '01.png'; fileStatus = 'PendingUpload'; imageType = 'Screenshot' }
        $receipt = Publish-StoreSubmission $App -Edit @{ '/listings/en-us/baseListing/images/-' = $image } -File ./01.png -NoWait @Now
        $receipt.upload.entries.name | Should -BeExactly '01.png'
        $receipt.reached | Should -BeNullOrEmpty
        $receipt | Wait-StoreSubmission @Quick
    }
}

Describe 'the same command again' {
    BeforeAll {
        $emulator = Connect-Emulator
        $package = New-TestPackage (Join-Path $TestDrive 'App_3.0.0.0_x64.msix') '3.0.0.0'
    }
    AfterAll { Disconnect-Emulator }

    It 'finds nothing to do, and the rollout is none of the next release' {
        $first = Publish-StoreSubmission $App -PackagePath $package -Rollout 10 -Until published @Now
        $first.draft, $first.changed | Should -BeExactly 'create', $true
        $again = Publish-StoreSubmission $App -PackagePath $package -Rollout 10 -Until published @Now
        $again.draft, $again.changed | Should -BeExactly 'none', $false
        $again.submissionId | Should -BeExactly $first.submissionId
        $shown = $again | Out-String
        $shown | Should -Match 'Draft *: none'
        $shown | Should -Match 'Changed *: no, there was nothing to do'
        $shown | Should -Match 'Rollout *: 10 % of the customers'
        $shown | Should -Match "Url *: https://partner\.microsoft\.com/\S+/$($first.submissionId)"

        (Get-Failure { Publish-StoreSubmission $App -ReleaseNotes 'next' @Now }).FullyQualifiedErrorId | Should -BeLike 'rollout.open,*'
        $null = Set-StoreRollout $App -Percentage 20 -Confirm:$false
        $next = Publish-StoreSubmission $App -ReleaseNotes 'next' -OpenRollout finalize -Until published @Now
        ($next | Get-StoreSubmission).packageDeliveryOptions.packageRollout.isPackageRollout | Should -BeFalse
    }

    It 'goes on with its draft, in another process too' {
        $draft = Publish-StoreSubmission $App -ReleaseNotes 'left' -NoCommit @Now
        $again = Publish-StoreSubmission $App -ReleaseNotes 'left' -NoCommit @Now
        $again.submissionId | Should -BeExactly $draft.submissionId
        $again.draft | Should -BeExactly 'resume'
        (Get-Failure { Publish-StoreSubmission $App -ReleaseNotes 'left' @Now }).FullyQualifiedErrorId | Should -BeLike 'submission.left_for_review,*'
        $draft | Remove-StoreSubmission -Confirm:$false
    }
}

Describe 'a pending submission' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }
    BeforeEach {
        $draft = New-StoreSubmission $App
        $draft | Edit-StoreSubmission { $_.notesForCertification = 'of a person' }
    }
    AfterEach { Get-StoreSubmission $App -Pending -ErrorAction SilentlyContinue | Remove-StoreSubmission -Confirm:$false }

    It 'is not touched by default, nor with -Draft refuse' {
        $failure = Get-Failure { Publish-StoreSubmission $App -ReleaseNotes x @Now }
        $failure.FullyQualifiedErrorId | Should -BeLike 'submission.left_for_review,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-SubmissionId*-Draft replace*'
        $failure = Get-Failure { Publish-StoreSubmission $App -ReleaseNotes x -Draft refuse @Now }
        $failure.FullyQualifiedErrorId | Should -BeLike 'submission.pending_exists,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Draft adopt*-Draft replace*-Busy wait*'
        (Get-StoreSubmission $App -Pending).id | Should -BeExactly $draft.id
    }

    It 'is left alone with -Busy skip, and the receipt says so' {
        $null = $draft | Complete-StoreSubmission -Confirm:$false
        $receipt = Publish-StoreSubmission $App -ReleaseNotes x -Busy skip @Now
        $null = $draft | Wait-StoreSubmission @Quick
        $receipt.changed | Should -BeFalse
        $receipt.skipped | Should -BeLike "*$($draft.id)*"
        $receipt | Out-String | Should -Match "Skipped *: .*$($draft.id)"
    }

    It 'is deleted with -Draft replace, which the plan says first' {
        $preview = Get-Preview { Publish-StoreSubmission $App -ReleaseNotes x -Draft replace -WhatIf }
        $preview.Said | Should -BeExactly "Delete pending submission $($draft.id) of app $App, then publish for app $App to everybody"
        $preview.Plan | Out-String | Should -Match "^\s*Draft *: replace: deletes pending submission $($draft.id)"
        $receipt = Publish-StoreSubmission $App -ReleaseNotes x -Draft replace -NoCommit @Now
        $receipt.submissionId | Should -Not -Be $draft.id
        @(Get-Request $emulator DELETE "*/$($draft.id)").Count | Should -Be 1
    }

    It 'is added to when it is <Name>' -ForEach @(
        @{ Name = 'adopted'; Run = { Publish-StoreSubmission $App -ReleaseNotes x -Draft adopt -NoCommit @more } }
        @{ Name = 'named'; Run = { Publish-StoreSubmission $App -ReleaseNotes x -SubmissionId $draft.id -NoCommit @more } }
        @{ Name = 'piped'; Run = { $draft | Publish-StoreSubmission -ReleaseNotes x -NoCommit @more } }
    ) {
        $more = @{ WhatIf = $true }
        $preview = Get-Preview $Run
        $preview.Said | Should -BeLike "Add to pending submission $($draft.id) of app $App, then publish *, but leave the draft uncommitted"
        $preview.Plan | Out-String | Should -Match "Draft *: adopt: adds to pending submission $($draft.id)"
        $more = $Now
        $receipt = & $Run
        $receipt.submissionId | Should -BeExactly $draft.id
        ($receipt | Get-StoreSubmission).notesForCertification | Should -BeExactly 'of a person'
    }

    It 'is not the one that is named' {
        (Get-Failure { Publish-StoreSubmission $App -ReleaseNotes x -SubmissionId 7 @Now }).FullyQualifiedErrorId | Should -BeLike 'submission.pending_exists,*'
        (Get-StoreSubmission $App -Published | Publish-StoreSubmission -ReleaseNotes x -Draft replace -NoCommit @Now).submissionId | Should -Not -BeNullOrEmpty
    }
}

Describe 'a plan' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'is carried out, also by a job that reads it from a file' {
        $plan = Publish-StoreSubmission $App -ReleaseNotes approved -WhatIf
        $plan | Out-String | Should -Match "PlanHash *: $($plan.planHash)"
        $file = Join-Path $TestDrive 'plan.json'
        $plan | ConvertTo-StoreJson -Path $file -Force
        (Get-Failure { ConvertFrom-StoreJson -Path $file | Publish-StoreSubmission -ReleaseNotes other @Now }).FullyQualifiedErrorId | Should -BeLike 'plan.changed,*'
        $receipt = ConvertFrom-StoreJson -Path $file | Publish-StoreSubmission -ReleaseNotes approved -Until published @Now
        $receipt.status | Should -BeExactly 'Published'
    }

    It 'of another state is refused: <Name>' -ForEach @(
        @{ Name = 'piped'; Run = { $plan | Publish-StoreSubmission -ReleaseNotes approved @Now } }
        @{ Name = 'by its hash'; Run = { Publish-StoreSubmission $App -ReleaseNotes approved -PlanHash $plan.planHash @Now } }
    ) {
        $plan = Publish-StoreSubmission $App -ReleaseNotes approved -WhatIf
        $null = Publish-StoreSubmission $App -NotesForCertification 'of another release' -Until published @Now
        $failure = Get-Failure $Run
        $failure.FullyQualifiedErrorId | Should -BeLike 'plan.changed,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-WhatIf*-PlanHash*'
    }

    It 'with an empty hash is refused' {
        { Publish-StoreSubmission $App -ReleaseNotes x -PlanHash ' ' @Now } | Should -Throw
        @(Get-Request $emulator POST '*/submissions').Count | Should -Be 0
    }

    It 'is not asked for by a build agent, and made before a question' {
        function Get-Reads([scriptblock] $Script) {
            $before = @(Get-Request $emulator GET).Count
            $receipt = & $Script
            @(Get-Request $emulator GET).Count - $before
            $null = Wait-StoreSubmission $App -SubmissionId $receipt.submissionId @Quick
        }
        $reads = Get-Reads { Publish-StoreSubmission $App -ReleaseNotes x -NoWait @Now }
        $reads | Should -Be (Get-Reads { Invoke-StoreOperation publish @{ appId = $App; releaseNotes = 'z'; until = 'committed' } })
        $draft = New-StoreSubmission $App
        "$(Get-Failure { Invoke-InHost "Publish-StoreSubmission $App -ReleaseNotes y -Draft replace" })" |
            Should -BeLike "nobody can answer `"Delete pending submission $($draft.id) of app $App, then publish for app $App to everybody?`"*"
        "$(Get-Failure { Invoke-InHost "Publish-StoreSubmission $App -ReleaseNotes y -Draft refuse -Busy wait" })" | Should -BeLike '*Wait until no other submission is pending, then publish*'
        @(Get-Request $emulator DELETE).Count | Should -Be 0
    }
}

Describe 'a receipt' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'of a release that waits for a person says so, with a warning' {
        $receipt = Publish-StoreSubmission $App -PublishMode Manual -Until published @Now -WarningVariable warned 3> $null
        "$warned" | Should -BeLike "app $App, submission $($receipt.submissionId) is certified and waits for Partner Center*"
        $receipt | Out-String | Should -Match 'Resting *: waits for Partner Center'
    }

    It 'is piped on by a later job that reads it from a file' {
        $flight = '43e448df-97c9-4a43-a0bc-2a445e736bcd'
        $file = Join-Path $TestDrive 'receipt.json'
        foreach ($target in @{ AppId = $App; FlightId = $flight }, @{ AddOnId = '9NBLGGH4TNMP' }) {
            Get-StoreSubmission @target | Where-Object status -EQ PendingCommit | Remove-StoreSubmission -Confirm:$false
            Publish-StoreSubmission @target -PublishMode Manual -NoCommit @Now | ConvertTo-StoreJson -Path $file -Force
            $receipt = ConvertFrom-StoreJson -Path $file
            ($receipt | Get-StoreSubmissionStatus).SubmissionId | Should -BeExactly $receipt.submissionId
            $receipt.appId, $receipt.flightId, $receipt.addOnId | Should -BeExactly $target.AppId, $target.FlightId, $target.AddOnId
            # The draft was looked at, and is committed.
            $done = $receipt | Publish-StoreSubmission -NoWait @Now
            $done.submissionId, $done.draft | Should -BeExactly $receipt.submissionId, 'adopt'
            @(Get-Request $emulator POST "*/$($receipt.submissionId)/commit").Count | Should -Be 1
        }
    }
}

Describe 'Ctrl+C' {
    It 'says which draft stays' -Skip:$onWindows {
        $emulator = Start-StoreEmulator -ArgumentList '--stepping', 'clock'
        Add-Fault $emulator @{ method = 'PUT'; path = '*/submissions/*'; delayMs = 600000 }
        $file = Join-Path $TestDrive 'release.ps1'
        [IO.File]::WriteAllText($file, "Import-Module '$env:STORESHIP_TEST_MODULE'; " +
            "`$null = Connect-Store -ServiceUrl '$($emulator.ServiceUrl)' -AuthorityUrl '$($emulator.AuthorityUrl)' -TenantId $($emulator.TenantId) " +
            "-Credential (New-Object pscredential '$($emulator.ClientId)', (ConvertTo-SecureString '$($emulator.ClientSecret)' -AsPlainText -Force)); " +
            "Publish-StoreSubmission $App -ReleaseNotes cancelled -Confirm:`$false")
        $said = Join-Path $TestDrive 'said.txt'
        $process = Start-Process (Get-Process -Id $PID).Path '-NoProfile', '-File', $file -RedirectStandardOutput $said -PassThru
        try {
            while (-not (Get-FaultUse $emulator)) { if ($process.HasExited) { throw [IO.File]::ReadAllText($said) } }
            kill -INT $process.Id
            # A process that was started in the background of a shell may ignore SIGINT.
            $process.WaitForExit(60000) | Should -BeTrue -Because 'SIGINT ends the process'
            [IO.File]::ReadAllText($said) | Should -BeLike '*WARNING: cancelled: submission * of app * is a draft; the same command goes on with it*'
        }
        finally {
            if (-not $process.HasExited) { $process.Kill() }
            Stop-StoreEmulator $emulator
        }
    }
}
