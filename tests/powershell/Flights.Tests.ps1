# Package flights, their submissions, and what the service refuses.
BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'flights' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'are listed by app' {
        $flights = @(Get-StoreApp | Get-StoreFlight)
        $flights.friendlyName | Should -BeExactly 'Insiders'
        $flights[0].StoreBaseline.AppId | Should -BeExactly $App
        $flights[0].StoreBaseline.FlightId | Should -BeExactly $flights[0].flightId
        $flights[0].psobject.TypeNames | Should -Contain 'StoreShip.Flight'
    }

    It 'are returned by id' {
        $flight = Get-StoreFlight $App
        (Get-StoreFlight $App -FlightId $flight.flightId).ToJson() | Should -BeExactly $flight.ToJson()
        ($flight | Get-StoreFlight).flightId | Should -BeExactly $flight.flightId
        ([pscustomobject]@{ AppId = $App; FlightId = $flight.flightId } | Get-StoreFlight).flightId | Should -BeExactly $flight.flightId
        ($flight | Get-StoreSubmission | Get-StoreFlight).flightId | Should -BeExactly $flight.flightId
    }

    It 'are created with groups and rank' {
        $below = Get-StoreFlight $App
        $flight = Get-StoreApp $App | New-StoreFlight -FriendlyName 'Nightly' -GroupId '1152921504606962205', '2' -RankHigherThan $below.flightId
        $flight.friendlyName | Should -BeExactly 'Nightly'
        $flight.groupIds | Should -BeExactly '1152921504606962205', '2'
        $flight.rankHigherThan | Should -BeExactly $below.flightId
        @(Get-Request $emulator 'POST' '*/flights')[-1].body |
            Should -BeExactly ('{"friendlyName":"Nightly","groupIds":["1152921504606962205","2"],"rankHigherThan":"' + $below.flightId + '"}')
        @(Get-StoreFlight $App).Count | Should -Be 2
    }

    It 'have submissions that can be published through the pipeline' {
        $draft = Get-StoreFlight $App | New-StoreSubmission
        $draft.StoreBaseline.FlightId | Should -BeExactly (Get-StoreFlight $App).flightId
        $draft.notesForCertification = 'Look here'
        $draft | Set-StoreSubmission
        ($draft | Complete-StoreSubmission -Confirm:$false).status | Should -BeExactly 'CommitStarted'
        ($draft | Wait-StoreSubmission @Quick).status | Should -BeExactly 'Published'
        $published = Get-StoreFlight $App | Get-StoreSubmission -Published
        $published.id | Should -BeExactly $draft.id
        $published.notesForCertification | Should -BeExactly 'Look here'
    }

    It 'start with a draft' {
        $flight = New-StoreFlight $App 'Nightly'
        ($flight | Get-StoreSubmission).id | Should -BeExactly $flight.pendingFlightSubmission.id
        ($flight | Get-StoreSubmission).status | Should -BeExactly 'PendingCommit'
    }

    It 'are deleted' {
        Get-StoreFlight $App | Remove-StoreFlight -Confirm:$false | Should -BeNullOrEmpty
        Get-StoreFlight $App | Should -BeNullOrEmpty
    }

    It 'without a group are told to reach nobody' {
        $flight = New-StoreFlight $App 'Nobody' -WarningVariable warnings 3> $null
        "$warnings" | Should -BeLike 'the flight Nobody has no group, so nobody gets its packages*'
        $flight | Remove-StoreFlight -Confirm:$false
        $flight = New-StoreFlight $App 'Somebody' -GroupId 1152921504606962205 -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $flight | Remove-StoreFlight -Confirm:$false
    }

    It 'are not changed by -WhatIf' {
        Get-StoreFlight $App | Remove-StoreFlight -WhatIf
        New-StoreFlight $App 'Nightly' -WhatIf | Should -BeNullOrEmpty
        @(Get-Request $emulator | Where-Object { $_.method -ne 'GET' -and $_.path -notlike '*token' }).Count | Should -Be 0
    }

    It 'prompt before they are deleted' {
        (Get-Command Remove-StoreFlight).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact |
            Should -Be 'High'
    }

    It 'fail with <Code>' -ForEach @(
        @{ Code = 'flight.not_found'; Category = 'ObjectNotFound'; Script = { Get-StoreFlight $App -FlightId 43e448df-0000-0000-0000-000000000000 } }
        @{ Code = 'app.not_found'; Category = 'ObjectNotFound'; Script = { Get-StoreFlight 9NNOTTHERE00 } }
        @{ Code = 'request.target'; Category = 'InvalidArgument'; Script = { Get-StoreFlight } }
        @{ Code = 'request.target'; Category = 'InvalidArgument'; Script = { New-StoreFlight -AddOnId 9NBLGGH4TNMP -FriendlyName x } }
        @{ Code = 'request.missing_field'; Category = 'InvalidArgument'; Script = { Remove-StoreFlight $App -Confirm:$false } }
        @{ Code = 'flight.exists'; Category = 'ResourceExists'; Script = { New-StoreFlight $App 'Insiders' } }
        @{ Code = 'service.invalid_value'; Category = 'InvalidResult'; Script = { New-StoreFlight $App 'x' -RankHigherThan 'nobody' } }
    ) {
        $failure = Get-Failure $Script
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,StoreShip.*"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'are not deleted while a submission is being processed' {
        $flight = Get-StoreFlight $App
        $null = $flight | New-StoreSubmission | Complete-StoreSubmission -Confirm:$false
        $failure = Get-Failure { $flight | Remove-StoreFlight -Confirm:$false -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'flight.not_deletable,*'
        $failure.TargetObject | Should -BeExactly "app $App, flight $($flight.flightId)"
    }

    It 'are shown in one line each' {
        $shown = Get-StoreFlight $App | Format-Table | Out-String -Width 200
        $shown | Should -BeLike "*AppId*FlightId*Name*Published*$App*Insiders*"
    }

    It 'complete ids that a cmdlet returned' {
        $flight = Get-StoreFlight $App
        foreach ($line in "Get-StoreFlight -AppId $App -FlightId ", "New-StoreFlight $App x -RankHigherThan ") {
            $matches = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
            $matches.CompletionText | Should -Contain $flight.flightId
        }
    }
    It 'complete the groups of flights that a cmdlet returned' {
        $flight = Get-StoreFlight $App
        $line = 'New-StoreFlight x y -GroupId '
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText
        foreach ($group in $flight.groupIds) { $offered | Should -Contain $group }
        $null = New-StoreFlight $App 'Completed' -GroupId 7777
        $line = 'New-StoreFlight x y -GroupId 77'
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText | Should -BeExactly '7777'
    }
}
