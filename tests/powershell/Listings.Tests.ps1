# The texts and images of a Store page as files in a folder: written, looked at, changed, sent.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $app = '9NBLGGH4R315'

    function Set-File([string] $Name, [string] $Text) {
        $path = [IO.Path]::Combine($folder, $Name.Replace('/', [IO.Path]::DirectorySeparatorChar))
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
        [IO.File]::WriteAllText($path, $Text)
    }
}
AfterAll { Disconnect-Emulator }

Describe 'a folder of listings' {
    BeforeEach {
        $folder = Join-Path $TestDrive ([Guid]::NewGuid().ToString('N'))
        Get-StoreSubmission $app | Where-Object status -EQ PendingCommit | Remove-StoreSubmission -Confirm:$false
    }

    It 'changes nothing right after it was written' {
        $written = Export-StoreListing $app -Path $folder
        # A person has no use for the hashes, which a later -BasePath needs.
        $written.contentHashes | Should -Not -BeNullOrEmpty
        ($written | Out-String) | Should -Not -Match 'contentHashes'
        $written.pstypenames[0] | Should -BeExactly 'StoreShip.ListingFiles'
        $written.written | Should -Contain 'listings/en-us/description.txt'
        $receipt = Import-StoreListing $app -Path $folder
        $receipt.changed | Should -BeFalse
        $receipt.draft | Should -BeExactly 'none'
        (Export-StoreListing $app -Path $folder).written | Should -BeNullOrEmpty
    }

    It 'is not written with -WhatIf' {
        Export-StoreListing $app -Path $folder -WhatIf | Should -BeNullOrEmpty
        Test-Path $folder | Should -BeFalse
    }

    It 'is looked at with -WhatIf, makes a draft, and is committed' {
        $null = Get-StoreApp $app | Export-StoreListing -Path $folder
        Set-File 'listings/en-us/description.txt' 'Reads books and comics.'
        Set-File 'listings/en-us/images/Screenshot/90-comics.png' 'a picture'
        $plan = Import-StoreListing $app -Path $folder -Allow I01 -WhatIf
        $plan.pstypenames[0] | Should -BeExactly 'StoreShip.Plan'
        $plan.edits.path | Should -Contain '/listings/en-us/baseListing/description'
        $plan.files.Count | Should -Be 1
        @(Get-StoreSubmission $app | Where-Object status -EQ PendingCommit).Count | Should -Be 0
        $receipt = Import-StoreListing $app -Path $folder -Allow I01 -PlanHash $plan.planHash
        $receipt.status | Should -BeExactly 'PendingCommit'
        ($receipt | Get-StoreSubmission).listings.'en-us'.baseListing.description | Should -BeExactly 'Reads books and comics.'
        $receipt | Complete-StoreSubmission -Confirm:$false
        $null = Wait-StoreSubmission $app -Until published -PollSeconds 0.05
        (Import-StoreListing $app -Path $folder).changed | Should -BeFalse
    }

    It 'is a part of a release' {
        $null = Export-StoreListing $app -Path $folder
        Set-File 'listings/de-de/release-notes.txt' 'Aus dem Ordner'
        $receipt = Publish-StoreSubmission $app -ListingPath (Get-Item $folder) -ReleaseNotes @{ 'en-us' = 'Typed' } -Until published -PollSeconds 0.05 -Confirm:$false
        $receipt.status | Should -BeExactly 'Published'
        $listings = (Get-StoreSubmission $app).listings
        $listings.'de-de'.baseListing.releaseNotes | Should -BeExactly 'Aus dem Ordner'
        $listings.'en-us'.baseListing.releaseNotes | Should -BeExactly 'Typed'
    }

    It 'says what to do about pictures that may be those of others' {
        Set-File 'listings/en-us/images/Screenshot/1.png' 'another picture'
        $failure = { Import-StoreListing $app -Path $folder } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'listing.images_unlinked*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Images*'
        $plan = Import-StoreListing $app -Path $folder -Images Keep -Allow I01 -WhatIf
        $plan.files.Count | Should -Be 1
        { Export-StoreListing $app -Path $folder } | Should -Throw -ErrorId 'listing.images_unlinked*'
        $null = Export-StoreListing $app -Path $folder -Images adopt
        (Import-StoreListing $app -Path $folder).changed | Should -BeFalse
    }

    It 'names a file that stands for nothing' {
        Set-File 'listings/en-us/descripton.txt' 'x'
        { Import-StoreListing $app -Path $folder } | Should -Throw -ErrorId 'listing.invalid*' -ExpectedMessage '*did you mean description.txt*'
    }

    It 'removes languages that are named' {
        $null = Export-StoreListing $app -Path $folder
        [IO.Directory]::Delete([IO.Path]::Combine($folder, 'listings', 'de-de'), $true)
        (Import-StoreListing $app -Path $folder).changed | Should -BeFalse
        $plan = Import-StoreListing $app -Path $folder -RemoveLanguage de-de -WhatIf
        $plan.edits.op | Should -BeExactly 'remove'
    }

    It 'keeps what others have changed since the base' {
        $base = $folder + '-base'
        $null = Export-StoreListing $app -Path $base
        $null = Export-StoreListing $app -Path $folder
        Set-File 'listings/en-us/description.txt' 'Ours'
        $null = Publish-StoreSubmission $app -Edit @{ '/listings/en-us/baseListing/description' = 'Theirs'; '/listings/en-us/baseListing/releaseNotes' = 'Theirs' } -Until published -PollSeconds 0.05 -Confirm:$false
        { Import-StoreListing $app -Path $folder -BasePath $base } | Should -Throw -ErrorId 'listing.conflict*' -ExpectedMessage '*description*'
        $plan = Import-StoreListing $app -Path $folder -BasePath $base -Overwrite /listings/en-us/baseListing/description -WhatIf
        $plan.edits.path | Should -BeExactly '/listings/en-us/baseListing/description'
        "$($plan.warnings)" | Should -BeLike '*releaseNotes was changed by somebody else*'
    }

    It 'keeps what others have changed since the receipt of the last pull' {
        $last = $folder + '.json'
        Export-StoreListing $app -Path $folder | ConvertTo-StoreJson -Path $last
        Set-File 'listings/en-us/description.txt' 'Ours, by a receipt'
        $null = Publish-StoreSubmission $app -Edit @{ '/listings/en-us/baseListing/description' = 'Theirs, by a receipt' } -Until published -PollSeconds 0.05 -Confirm:$false
        { Import-StoreListing $app -Path $folder -BasePath $last } | Should -Throw -ErrorId 'listing.conflict*' -ExpectedMessage '*description*'
        $receipt = Import-StoreListing $app -Path $folder
        $receipt | ConvertTo-StoreJson -Path $last -Force
        $receipt | Complete-StoreSubmission -Confirm:$false
        $null = Wait-StoreSubmission $app -Until published -PollSeconds 0.05
        Set-File 'listings/en-us/description.txt' 'Ours again'
        (Import-StoreListing $app -Path $folder -BasePath $last -WhatIf).edits.path | Should -BeExactly '/listings/en-us/baseListing/description'
    }

    It 'has its options in a release too' {
        Set-File 'listings/en-us/images/Screenshot/1.png' 'another picture'
        { Publish-StoreSubmission $app -ListingPath $folder -WhatIf } | Should -Throw -ErrorId 'listing.images_unlinked*'
        (Publish-StoreSubmission $app -ListingPath $folder -Images KEEP -Allow I01 -WhatIf).files.Count | Should -Be 1
        $base = $folder + '-base'
        $null = Export-StoreListing $app -Path $base
        $null = Export-StoreListing $app -Path $folder -Images adopt
        [IO.Directory]::Delete([IO.Path]::Combine($folder, 'listings', 'de-de'), $true)
        $plan = Publish-StoreSubmission $app -ListingPath $folder -RemoveLanguage de-de -BasePath (Get-Item $base) -WhatIf
        $plan.edits.path | Should -BeExactly '/listings/de-de'
    }

    It 'has no options without a folder' -ForEach @(
        @{ Name = 'Images'; Value = 'keep' }
        @{ Name = 'AllowImageRemoval'; Value = $true }
        @{ Name = 'RemoveLanguage'; Value = 'de-de' }
        @{ Name = 'RemoveTrailers'; Value = $true }
        @{ Name = 'BasePath'; Value = './x' }
        @{ Name = 'Overwrite'; Value = '*' }
    ) {
        $option = @{ $Name = $Value }
        $failure = Get-Failure { Publish-StoreSubmission $app -ReleaseNotes 'x' @option -WhatIf }
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        $failure.Exception.Message | Should -BeLike "-$Name is about a folder of listings*"
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'give -ListingPath too*'
    }

    It 'is summed up nowhere if the variable with the path is empty' {
        $null = Export-StoreListing $app -Path $folder
        (Import-StoreListing $app -Path $folder -SummaryPath $env:STORESHIP_NO_SUCH_VARIABLE).changed | Should -BeFalse
        (Publish-StoreSubmission $app -ListingPath $folder -SummaryPath '' -Confirm:$false).changed | Should -BeFalse
        $summary = Join-Path $TestDrive 'summary.md'
        $null = Import-StoreListing $app -Path $folder -SummaryPath $summary
        $summary | Should -Exist
    }

    It 'says what is wrong with storeship.json in the words of the file' {
        Set-File 'listings/en-us/title.txt' 'T'
        Set-File 'storeship.json' '{"appID":"9NBLGGH4R315"}'
        $failure = Get-Failure { Publish-StoreSubmission $app -ListingPath $folder -WhatIf }
        $failure.FullyQualifiedErrorId | Should -BeLike 'listing.invalid,*'
        "$($failure.ErrorDetails.Message)" | Should -Match '`appId`.*did you mean appId\?'
        "$($failure.ErrorDetails.Message)" | Should -Not -BeLike '*-AppId*'
    }

    It 'tells its notes also when nothing else differs' {
        $null = Export-StoreListing $app -Path $folder
        $receipt = Import-StoreListing $app -Path $folder -RemoveLanguage fr-fr -WarningVariable warnings 3> $null
        $receipt.changed | Should -BeFalse
        "$warnings" | Should -BeLike '*no listing in fr-fr*'
    }

    It 'is one of an add-on' {
        $null = Export-StoreListing -AddOnId 9NBLGGH4TNMP -Path $folder
        Set-File 'listings/en-us/title.txt' 'Another title'
        (Import-StoreListing -AddOnId 9NBLGGH4TNMP -Path $folder -WhatIf).edits.value | Should -BeExactly 'Another title'
    }

    It 'is not one of a flight' {
        { Export-StoreListing $app -FlightName Insiders -Path $folder } | Should -Throw -ErrorId 'request.invalid*'
    }
}

Describe 'Convert-StoreListing' {
    It 'takes the folder of the Azure DevOps tasks, and says what it leaves out' {
        $from = Join-Path $TestDrive 'metadata/en-US/baseListing'
        $null = New-Item -ItemType Directory $from
        [IO.File]::WriteAllText((Join-Path $from 'description.txt'), "Reads books.`n")
        [IO.File]::WriteAllText((Join-Path $from 'colour.txt'), 'red')
        $to = Join-Path $TestDrive 'converted'
        $result = Convert-StoreListing (Join-Path $TestDrive 'metadata') -Format AzureDevOps -Destination $to -WarningVariable warnings 3> $null
        $result.written | Should -Contain 'listings/en-us/description.txt'
        [IO.File]::ReadAllText((Join-Path $to 'listings/en-us/description.txt')) | Should -BeExactly "Reads books.`n"
        "$warnings" | Should -BeLike '*colour.txt*'
        [IO.File]::WriteAllText((Join-Path $to 'listings/en-us/description.txt'), 'Mine.')
        $failure = Get-Failure { Convert-StoreListing (Join-Path $TestDrive 'metadata') -Format AzureDevOps -Destination $to 3> $null }
        $failure.FullyQualifiedErrorId | Should -BeLike 'file.exists,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Force*'
        (Convert-StoreListing (Join-Path $TestDrive 'metadata') -Format AzureDevOps -Destination $to -Force 3> $null).written | Should -Be @('listings/en-us/description.txt')
        (Convert-StoreListing (Get-Item (Join-Path $TestDrive 'metadata')) -Format azuredevops -Destination $to 3> $null).written | Should -BeNullOrEmpty
        Convert-StoreListing (Join-Path $TestDrive 'metadata') -Format AzureDevOps -Destination (Join-Path $TestDrive 'none') -WhatIf | Should -BeNullOrEmpty
        Join-Path $TestDrive 'none' | Should -Not -Exist
    }
}
