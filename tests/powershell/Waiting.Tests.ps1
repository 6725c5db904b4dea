# The pending submission as a default, Wait-StoreSubmission, and ids from variables.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
}

Describe 'an app, a flight or an add-on' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'stands for its pending submission: <Name>' -ForEach @(
        @{ Name = 'an app'; Of = { @{ AppId = $App } } }
        @{ Name = 'a flight'; Of = { @{ AppId = $App; FlightId = (Get-StoreFlight $App).flightId } } }
        @{ Name = 'an add-on'; Of = { @{ AddOnId = '9NBLGGH4TNMP' } } }
    ) {
        $ids = & $Of
        $draft = New-StoreSubmission @ids
        (Get-StoreSubmissionStatus @ids).StoreBaseline.SubmissionId | Should -BeExactly $draft.id
        (Complete-StoreSubmission @ids -Confirm:$false).StoreBaseline.SubmissionId | Should -BeExactly $draft.id
        $reached = Wait-StoreSubmission @ids @Quick
        $reached.status | Should -BeExactly 'Published'
        $reached.StoreBaseline.SubmissionId | Should -BeExactly $draft.id
        foreach ($cmdlet in 'Complete-StoreSubmission', 'Remove-StoreSubmission') {
            $failure = Get-Failure { & $cmdlet @ids -Confirm:$false }
            $failure.FullyQualifiedErrorId | Should -BeLike 'submission.not_found,*'
            $failure.ErrorDetails.Message | Should -BeLike '*has no pending submission*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*New-StoreSubmission*'
        }
        (Get-Failure { Wait-StoreSubmission @ids @Quick }).FullyQualifiedErrorId | Should -BeLike 'submission.not_found,*'
    }

    It 'stands for its draft in Send-StorePackage and Remove-StoreSubmission' {
        $draft = New-StoreSubmission $App
        Edit-StoreSubmission $App { $_.applicationPackages += @{ fileName = 'App.msix'; fileStatus = 'PendingUpload' } }
        (Send-StorePackage $App -Path $package).StoreBaseline.SubmissionId | Should -BeExactly $draft.id
        Remove-StoreSubmission $App -Confirm:$false
        (Get-Failure { Get-StoreSubmission $App -Pending }).FullyQualifiedErrorId | Should -BeLike 'submission.not_found,*'
    }

    It 'is named in the question with the submission that was found' {
        $draft = New-StoreSubmission $App
        foreach ($command in "Complete-StoreSubmission $App", "Remove-StoreSubmission $App", "Send-StorePackage $App -Path '$package' -Confirm") {
            $failure = Get-Failure { Invoke-InHost $command }
            $failure.Exception.Message | Should -BeLike "*app $App, submission $($draft.id)*"
        }
        (Get-StoreSubmissionStatus $App).status | Should -BeExactly 'PendingCommit'
    }
}

Describe 'an id from a variable' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'loses the line end and the blanks around it' {
        $flight = (Get-StoreFlight $App).flightId
        (Get-StoreApp " $App`r`n").id | Should -BeExactly $App
        (Get-StoreFlight "$App`n" -FlightId "$flight`n").flightId | Should -BeExactly $flight
        (New-StoreSubmission "`t$App ").StoreBaseline.AppId | Should -BeExactly $App
    }

    It 'that is <Name> is refused before anything is sent' -ForEach @(
        @{ Name = 'two lines'; Code = 'app.not_store_id'; Script = { Get-StoreApp "$App`n$App" } }
        @{ Name = 'a macro that was not replaced'; Code = 'app.not_store_id'; Script = { Get-StoreSubmission -AppId '$(AppId)' } }
        @{ Name = 'the name of a flight'; Code = 'request.invalid'; Script = { Get-StoreFlight $App -FlightId 'Beta testers' } }
        @{ Name = 'no submission'; Code = 'request.invalid'; Script = { Get-StoreSubmission $App -SubmissionId 'the last' } }
    ) {
        $before = @(Get-Request $emulator).Count
        (Get-Failure $Script).FullyQualifiedErrorId | Should -BeLike "$Code,*"
        @(Get-Request $emulator).Count | Should -Be $before
    }
}

Describe 'Wait-StoreSubmission' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'goes on after one refusal' {
        $draft = New-StoreSubmission $App
        $null = $draft | Complete-StoreSubmission -Confirm:$false
        Add-Fault $emulator @{ path = '*/status'; nth = 2; status = 403 }
        $reached = $draft | Wait-StoreSubmission @Quick -WarningVariable warnings -WarningAction SilentlyContinue
        $reached.status | Should -BeExactly 'Published'
        "$warnings" | Should -BeLike '*1 of 5 times in a row*'
    }

    It 'says that a submission rests until somebody publishes it' {
        $receipt = Publish-StoreSubmission $App -Edit @{ '/targetPublishMode' = 'Manual' } -Until published @Quick -Confirm:$false
        $receipt | Out-String | Should -BeLike '*Resting*waits for Partner Center, until somebody publishes it there*'
        $reached = Wait-StoreSubmission $App @Quick
        $reached.resting | Should -BeTrue
        $reached | Out-String | Should -BeLike '*Status*Release*Resting*waits for Partner Center, until somebody publishes it there*'
        (Get-StoreSubmissionStatus $App | Out-String) | Should -Not -BeLike '*Resting*'
    }

    It 'ends when a commit hangs' {
        $draft = New-StoreSubmission $App
        Send-Control $emulator 'POST' "submissions/$($draft.id)" '{"hangs":true}'
        $null = $draft | Complete-StoreSubmission -Confirm:$false
        $failure = Get-Failure { $draft | Wait-StoreSubmission @Quick -CommitTimeoutSeconds 0.05 -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'submission.commit_hangs,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike "*https://partner.microsoft.com/dashboard/products/$App/submissions/$($draft.id)*"
    }
}

Describe 'many submissions' {
    BeforeEach {
        $emulator = Connect-Emulator
        $addOn = '9NBLGGH4TNMP'
        $drafts = @(New-StoreSubmission $App; New-StoreSubmission -AddOnId $addOn)
    }
    AfterEach { Disconnect-Emulator }

    It 'are waited for at once, and each result is an object' {
        $reached = @($drafts | Complete-StoreSubmission -Confirm:$false | Wait-StoreSubmission @Quick)
        $reached.status | Should -Be 'Published', 'Published'
        $reached.StoreBaseline.SubmissionId | Sort-Object | Should -Be ($drafts.id | Sort-Object)
        $reached[0].psobject.TypeNames | Should -Contain 'StoreShip.SubmissionStatus'
    }

    It 'come from rows, too' {
        $null = $drafts | Complete-StoreSubmission -Confirm:$false
        $rows = @([pscustomobject]@{ AppId = $App }; [pscustomobject]@{ AddOnId = $addOn })
        @($rows | Wait-StoreSubmission @Quick).status | Should -Be 'Published', 'Published'
    }

    It 'of which one fails are waited for to the end' {
        Send-Control $emulator 'POST' "submissions/$($drafts[1].id)" '{"failsAs":"CertificationFailed"}'
        $null = $drafts | Complete-StoreSubmission -Confirm:$false
        $rows = @([pscustomobject]@{ AddOnId = $addOn }; [pscustomobject]@{ AppId = '9NUNKNOWN000' }; [pscustomobject]@{ AppId = $App })
        $reached = @($rows | Wait-StoreSubmission @Quick -ErrorAction SilentlyContinue -ErrorVariable failures)
        $reached.status | Should -Be 'Published'
        $reached.StoreBaseline.AppId | Should -BeExactly $App
        @($failures | ForEach-Object FullyQualifiedErrorId | Sort-Object) | Should -BeLike '*WaitStoreSubmission'
        ($failures | Where-Object FullyQualifiedErrorId -Like 'submission.failed,*').TargetObject | Should -BeExactly "add-on $addOn"
        ($failures | Where-Object FullyQualifiedErrorId -Like 'app.not_found,*').TargetObject | Should -BeExactly 'app 9NUNKNOWN000'
    }

    It 'end at the time limit, and what is finished was written' {
        Send-Control $emulator 'POST' "submissions/$($drafts[1].id)" '{"hangs":true}'
        $null = $drafts | Complete-StoreSubmission -Confirm:$false
        $written = New-Object System.Collections.Generic.List[object]
        $failure = Get-Failure { $drafts | Wait-StoreSubmission @Quick -TimeoutSec 3 -ErrorAction Stop | ForEach-Object { $written.Add($_) } }
        $failure.FullyQualifiedErrorId | Should -BeLike 'deadline.exceeded,*'
        $written.status | Should -BeExactly 'Published'
    }
}
