# A release on the emulator, step by step and in one command.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
}

Describe 'apps' {
    BeforeAll { $emulator = Connect-Emulator -ArgumentList '--apps', '25' }
    AfterAll { Disconnect-Emulator }

    It 'lists all, over several pages' {
        $apps = @(Get-StoreApp)
        $apps.Count | Should -Be 25
        $apps.id | Should -Contain $App
    }
    It 'gets one' { (Get-StoreApp $App).id | Should -BeExactly $App }
    It 'takes ids from the pipeline' { ($App, '9NBLGGH29DM8' | Get-StoreApp).id | Should -BeExactly $App, '9NBLGGH29DM8' }
    It 'takes ids from properties' {
        ([pscustomobject]@{ AppId = $App } | Get-StoreSubmission).StoreBaseline.AppId | Should -BeExactly $App
    }
}

Describe 'a submission, step by step' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'is created, changed, uploaded, committed and published' {
        $draft = Get-StoreApp $App | New-StoreSubmission
        $draft.status | Should -BeExactly 'PendingCommit'
        $draft.listings.'en-us'.baseListing.releaseNotes = "it's <new> & " + [char]0xe9
        $draft.applicationPackages += @{ fileName = 'App.msix'; fileStatus = 'PendingUpload' }
        $draft | Set-StoreSubmission | Should -BeNullOrEmpty

        $stored = Get-StoreSubmission $App -Pending
        $stored.id | Should -BeExactly $draft.id
        $stored.listings.'en-us'.baseListing.releaseNotes | Should -BeExactly ("it's <new> & " + [char]0xe9)

        $upload = $draft | Send-StorePackage -Path $package
        $upload.entries.name | Should -BeExactly 'App.msix'
        ($draft | Complete-StoreSubmission -Confirm:$false).status | Should -BeExactly 'CommitStarted'
        ($draft | Wait-StoreSubmission @Quick).status | Should -BeExactly 'Published'
        (Get-StoreSubmission $App -Published).id | Should -BeExactly $draft.id
    }

    It 'keeps the files of one upload in the next one' {
        $draft = New-StoreSubmission $App
        $draft.applicationPackages += @{ fileName = 'App.msix'; fileStatus = 'PendingUpload' }
        $draft | Set-StoreSubmission
        $null = $draft | Send-StorePackage -Path $package
        $other = New-TestPackage (Join-Path $TestDrive 'Other.msix') '1.3.0.0'
        $failure = Get-Failure { $draft | Send-StorePackage -Path $other -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'upload.files_do_not_match,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Set-StoreSubmission*'

        $draft.applicationPackages += @{ fileName = 'Other.msix'; fileStatus = 'PendingUpload' }
        $draft | Set-StoreSubmission
        $failure = Get-Failure { $draft | Complete-StoreSubmission -IgnoreFailedChange -Confirm:$false -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'upload.files_do_not_match,*'
        $upload = $draft | Send-StorePackage -Path $other
        $upload.entries.name | Should -BeExactly 'App.msix', 'Other.msix'
        $upload.resumedBytes | Should -BeGreaterThan (Get-Item $package).Length
        ($draft | Complete-StoreSubmission -Confirm:$false).status | Should -BeExactly 'CommitStarted'
        ($draft | Wait-StoreSubmission @Quick).status | Should -BeExactly 'Published'
    }

    It 'sends the received text with the edits, and no other change' {
        $draft = New-StoreSubmission $App
        $draft.notesForCertification = 'Look here'
        $draft | Set-StoreSubmission
        $sent = @(Get-Request $emulator 'PUT' '*/submissions/*')[-1]
        $sent.body | Should -BeExactly $draft.ToJson()
        $draft | Remove-StoreSubmission -Confirm:$false
    }

    It 'stores a second edit of the same value of one object' {
        $draft = New-StoreSubmission $App
        $draft.visibility = 'Hidden'
        $draft | Set-StoreSubmission
        @($draft | Compare-StoreSubmission).Count | Should -Be 0
        $draft.visibility = 'Private'
        $draft | Set-StoreSubmission -WhatIf | ForEach-Object { $_.edits.Count } | Should -Be 1
        $draft | Set-StoreSubmission
        ($draft | Get-StoreSubmission).visibility | Should -BeExactly 'Private'
        $draft | Remove-StoreSubmission -Confirm:$false
    }

    It 'sends nothing without an edit' {
        $draft = New-StoreSubmission $App
        $before = @(Get-Request $emulator 'PUT').Count
        $draft | Set-StoreSubmission
        @(Get-Request $emulator 'PUT').Count | Should -Be $before
        $draft | Remove-StoreSubmission -Confirm:$false
    }

    It 'keeps changes of another client' {
        $mine = New-StoreSubmission $App
        $theirs = $mine | Get-StoreSubmission
        $theirs.visibility = 'Hidden'
        $theirs | Set-StoreSubmission
        $mine.notesForCertification = 'Mine'
        $stored = $mine | Set-StoreSubmission -PassThru
        $stored.visibility | Should -BeExactly 'Hidden'
        $stored.notesForCertification | Should -BeExactly 'Mine'
        $mine.visibility = 'Private'
        (Get-Failure { $mine | Set-StoreSubmission -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'document.conflict,*'
        $mine | Remove-StoreSubmission -Confirm:$false
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a list that became nothing'; Place = "*/keywords':*"; Edit = { param($s) $s.listings.'en-us'.baseListing.keywords = $s.listings.'en-us'.baseListing.keywords | Where-Object { $false } } }
        @{ Name = 'an object that became text'; Place = "*/pricing':*"; Edit = { param($s) $s.pricing = "$($s.pricing)" } }
        @{ Name = 'lines of a file for a text'; Place = "*/notesForCertification':*"; Edit = { param($s) $s.notesForCertification = 'a', 'b' } }
        @{ Name = 'a key twice but for the case'; Place = "*/en-US':*"; Edit = { param($s) $s.listings = ConvertFrom-StoreJson ('{"en-US":{},' + (ConvertTo-StoreJson $s.listings -Compress).Substring(1)) } }
    ) {
        $draft = New-StoreSubmission $App
        $before = @(Get-Request $emulator 'PUT').Count
        & $Edit $draft
        $failure = Get-Failure { $draft | Set-StoreSubmission -ErrorAction Stop }
        $draft | Remove-StoreSubmission -Confirm:$false
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
        "$failure" | Should -BeLike $Place
        @(Get-Request $emulator 'PUT').Count | Should -Be $before
    }

    It 'refuses the output of the built-in ConvertTo-Json' {
        $draft = New-StoreSubmission $App
        $json = $draft | ConvertTo-Json -WarningAction SilentlyContinue
        $failure = Get-Failure { Set-StoreSubmission -AppId $App -SubmissionId $draft.id -Json $json }
        $draft | Remove-StoreSubmission -Confirm:$false
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
    }

    It 'returns the edits with -WhatIf' {
        $draft = New-StoreSubmission $App
        $draft.visibility = 'Hidden'
        $plan = $draft | Set-StoreSubmission -WhatIf
        $plan.edits.path | Should -BeExactly '/visibility'
        ($draft | Get-StoreSubmission).visibility | Should -BeExactly 'Public'
        $draft | Remove-StoreSubmission -Confirm:$false
    }

    It 'is deleted' {
        $draft = New-StoreSubmission $App
        $draft | Remove-StoreSubmission -Confirm:$false
        (Get-Failure { Get-StoreSubmission $App -Pending }).FullyQualifiedErrorId | Should -BeLike 'submission.not_found,*'
    }

    It 'can be given as text' {
        $draft = New-StoreSubmission $App
        $json = $draft.ToJson() -replace '"visibility":"Public"', '"visibility":"Hidden"'
        $stored = Set-StoreSubmission -AppId $App -SubmissionId $draft.id -Json $json -PassThru
        $stored.visibility | Should -BeExactly 'Hidden'
        $draft | Remove-StoreSubmission -Confirm:$false
    }

    It 'is not touched by -WhatIf' {
        $before = @(Get-Request $emulator | Where-Object { 'GET' -ne $_.method }).Count
        New-StoreSubmission $App -WhatIf
        $published = Get-StoreSubmission $App
        $null = $published | Set-StoreSubmission -WhatIf
        # What the state forbids is not promised.
        $failure = Get-Failure { $published | Remove-StoreSubmission -WhatIf }
        $failure.FullyQualifiedErrorId | Should -BeLike 'submission.not_deletable,*'
        $failure.Exception.Message | Should -BeLike '*is in state Published*'
        $published | Send-StorePackage -Path $package -WhatIf
        (Get-Failure { $published | Complete-StoreSubmission -WhatIf }).FullyQualifiedErrorId | Should -BeLike 'submission.not_editable,*'
        @(Get-Request $emulator | Where-Object { 'GET' -ne $_.method }).Count | Should -Be $before
    }

    It 'works for a flight and an add-on' {
        $flight = (Invoke-StoreOperation app.flights @{ appId = $App }).value[0]
        (Get-StoreSubmission -AppId $App -FlightId $flight.flightId).StoreBaseline.FlightId | Should -BeExactly $flight.flightId
        $addOn = (Invoke-StoreOperation add_on.list).value[0]
        (Get-StoreSubmission -AddOnId $addOn.id).StoreBaseline.AddOnId | Should -BeExactly $addOn.id
    }
}

Describe 'Publish-StoreSubmission' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'publishes a release' {
        $receipt = Publish-StoreSubmission $App -PackagePath $package -ReleaseNotes @{ 'en-us' = 'Faster'; 'de-de' = 'Schneller' } `
            -Until published @Quick -Confirm:$false
        $receipt.status | Should -BeExactly 'Published'
        $receipt.edits.path | Should -Contain '/listings/de-de/baseListing/releaseNotes'
        $published = $receipt | Get-StoreSubmission
        $published.listings.'de-de'.baseListing.releaseNotes | Should -BeExactly 'Schneller'
        $published.applicationPackages.fileName | Should -Contain 'App.msix'
    }

    It 'applies edits and leaves a draft' {
        $receipt = Publish-StoreSubmission $App -NoCommit -Confirm:$false `
            -Edit ([ordered]@{ '/visibility' = 'Hidden'; '/listings/en-us/baseListing/keywords' = @('epub') })
        $draft = Get-StoreSubmission $App -Pending
        $draft.id | Should -BeExactly $receipt.submissionId
        $draft.visibility | Should -BeExactly 'Hidden'
        , $draft.listings.'en-us'.baseListing.keywords | ConvertTo-StoreJson -Compress | Should -BeExactly '["epub"]'
        @(Get-Request $emulator 'POST' '*/commit').Count | Should -Be 0
    }

    It 'removes with -RemovePointer' {
        $receipt = Publish-StoreSubmission $App -NoCommit -RemovePointer '/listings/de-de' -Confirm:$false
        $receipt.edits.op | Should -Contain 'remove'
    }

    It 'returns the plan with -WhatIf and changes nothing' {
        $plan = Publish-StoreSubmission $App -PackagePath $package -ReleaseNotes @{ 'en-us' = 'Faster' } -WhatIf
        $plan.edits.path | Should -Contain '/listings/en-us/baseListing/releaseNotes'
        @(Get-Request $emulator | Where-Object { $_.path -like '*submissions*' -and $_.method -ne 'GET' }).Count | Should -Be 0
    }

    It 'adopts a draft with -Draft adopt' {
        $draft = New-StoreSubmission $App
        $receipt = Publish-StoreSubmission $App -ReleaseNotes @{ 'en-us' = 'x' } -Draft adopt -Until committed -Confirm:$false
        $receipt.submissionId | Should -BeExactly $draft.id
    }

    It 'shows progress, and its steps in the verbose stream' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                    param($module, $emulator, $package)
                    Import-Module $module
                    $null = Connect-Store -ServiceUrl $emulator.ServiceUrl -AuthorityUrl $emulator.AuthorityUrl -TenantId $emulator.TenantId `
                        -ClientId $emulator.ClientId -ClientSecret (ConvertTo-SecureString $emulator.ClientSecret -AsPlainText -Force)
                    Publish-StoreSubmission 9NBLGGH4R315 -PackagePath $package -Until published -PollSeconds 0.01 -Confirm:$false -Verbose
                }).AddArgument((Get-Module StoreShip).ModuleBase).AddArgument($emulator).AddArgument($package)
            $null = $shell.Invoke()
            $shell.HadErrors | Should -BeFalse
            @($shell.Streams.Progress | Where-Object { $_.PercentComplete -ge 0 }).Count | Should -BeGreaterThan 0
            $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
            "$($shell.Streams.Verbose)" | Should -BeLike '*status: Published*'
            "$($shell.Streams.Verbose)" | Should -Not -BeLike '*sig=*'
        }
        finally { $shell.Dispose() }
    }

    It 'prompts before it changes anything' {
        # With -NonInteractive, a prompt is an error.
        $script = "Import-Module '$((Get-Module StoreShip).ModuleBase)'; " +
        "`$secret = ConvertTo-SecureString '$($emulator.ClientSecret)' -AsPlainText -Force; " +
        "`$null = Connect-Store -ServiceUrl $($emulator.ServiceUrl) -AuthorityUrl $($emulator.AuthorityUrl) -TenantId $($emulator.TenantId) " +
        "-ClientId $($emulator.ClientId) -ClientSecret `$secret; Publish-StoreSubmission $App -Until committed"
        $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script 2>&1
        $LASTEXITCODE | Should -Be 1
        "$said" | Should -BeLike '*-Confirm:$false*'
        @(Get-Request $emulator 'POST' '*/token').Count | Should -BeGreaterThan 1
        @(Get-Request $emulator 'POST' '*/submissions').Count | Should -Be 0
    }
}
