# Parameters that contradict each other or that a cmdlet has no use for, and parameters from the properties of the input.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $commands = @((Get-Module StoreShip).ExportedCmdlets.Values | Where-Object { $_.Verb -in 'New', 'Set' } | ForEach-Object { @{ Name = $_.Name; Command = $_ } })
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $module = (Get-Module StoreShip).ModuleBase
    $emulator = Connect-Emulator
    $flight = '43e448df-97c9-4a43-a0bc-2a445e736bcd'

    # Writes rows to a CSV file and reads them again.
    function Get-Row([string[]] $Lines) {
        [IO.File]::WriteAllLines("$TestDrive/rows.csv", $Lines)
        Import-Csv "$TestDrive/rows.csv"
    }

    # The methods other than GET that the emulator recorded, without those for tokens.
    function Get-Change { @(Get-Request $emulator | Where-Object { $_.method -ne 'GET' -and $_.path -notlike '*token' }) }
}
AfterAll { Disconnect-Emulator }

Describe 'a parameter without a use' {
    It 'is refused: <Name>' -ForEach @(
        @{ Name = 'Get-StoreApp -FlightId'; Message = 'Get-StoreApp has no use for -FlightId'; Script = { Get-StoreApp $App -FlightId $flight } }
        @{ Name = 'Get-StoreApp -FlightId without an app'; Message = 'Get-StoreApp has no use for -FlightId'; Script = { Get-StoreApp -FlightId $flight } }
        @{ Name = 'Get-StoreApp -AddOnId'; Message = 'Get-StoreApp has no use for -AddOnId'; Script = { Get-StoreApp -AddOnId 9NBLGGH4TNMP } }
        @{ Name = 'Get-StoreApp in a pipeline'; Message = 'Get-StoreApp has no use for -FlightId'; Script = { $App | Get-StoreApp -FlightId $flight } }
        @{ Name = 'Get-StoreAddOn -FlightId'; Message = 'Get-StoreAddOn has no use for -FlightId'; Script = { Get-StoreAddOn $App -FlightId $flight } }
        @{ Name = 'New-StoreAddOn -FlightId'; Message = 'New-StoreAddOn has no use for -FlightId'; Script = { New-StoreAddOn $App p Durable -FlightId $flight } }
        @{ Name = 'New-StoreFlight -FlightId'; Message = 'New-StoreFlight has no use for -FlightId'; Script = { New-StoreFlight $App n -FlightId $flight } }
        @{ Name = '-Pending -SubmissionId'; Message = '*no use for -SubmissionId'; Script = { Get-StoreSubmission $App -SubmissionId 1 -Pending } }
        @{ Name = '-Published and a second argument'; Message = '*no use for -SubmissionId'; Script = { Get-StoreSubmission $App 1 -Published } }
    ) {
        $before = @(Get-Request $emulator).Count
        $failure = Get-Failure $Script
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.target,*'
        $failure.Exception.Message | Should -BeLike $Message
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        @(Get-Request $emulator).Count | Should -Be $before
    }

    It 'may be a property of the input' {
        (Get-StoreFlight $App | Get-StoreApp).id | Should -BeExactly $App
        (Get-StoreFlight $App | Get-StoreAddOn).id | Should -BeExactly '9NBLGGH4TNMP'
        (Get-StoreSubmission $App | Get-StoreSubmission -Published).status | Should -BeExactly 'Published'
    }
}

Describe 'parameters that contradict each other' {
    It 'are refused: <Name>' -ForEach @(
        @{ Name = '-Pending and -Published'; Script = { Get-StoreSubmission $App -Pending -Published } }
        @{ Name = '-OldPackages removeAll without a package'; Script = { Publish-StoreSubmission $App -OldPackages removeAll -ReleaseNotes @{ 'en-us' = 'x' } -Confirm:$false } }
        @{ Name = '-OldPackages removeAll without a package, with -WhatIf'; Script = { Publish-StoreSubmission $App -OldPackages removeAll -ReleaseNotes @{ 'en-us' = 'x' } -WhatIf } }
    ) {
        $before = @(Get-Request $emulator).Count
        (Get-Failure $Script).FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        @(Get-Request $emulator).Count | Should -Be $before
    }
}

Describe '<Name>' -ForEach $commands {
    It 'binds its values by property name' {
        # The pipeline of *-StoreJsonValue is a document, whose members are no parameters. The rest is about the whole run.
        if ($Name -like '*-StoreJsonValue') { return }
        $run = 'InputObject', 'Connection', 'TimeoutSeconds', 'AppName', 'Baseline', 'Force' +
            [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        foreach ($parameter in $Command.Parameters.Values | Where-Object { $run -notcontains $_.Name -and -not $_.SwitchParameter }) {
            $parameter.Attributes.ValueFromPipelineByPropertyName | Should -Contain $true -Because $parameter.Name
        }
    }
}

Describe 'a value from a variable that is not set' {
    # Null would count as absent: a release without -Rollout goes to everybody.
    It 'is refused in <Cmdlet> -<Parameter>' -ForEach @(
        foreach ($command in (Get-Module StoreShip).ExportedCmdlets.Values) {
            foreach ($parameter in $command.Parameters.Values | Where-Object { [Nullable]::GetUnderlyingType($_.ParameterType) }) {
                @{ Cmdlet = $command.Name; Parameter = $parameter.Name }
            }
        }
    ) {
        $arguments = @{ $Parameter = $null }
        # What chooses the parameter set.
        if ($Parameter -eq 'BeganAt') { $arguments.Step = 50 }
        if ($Parameter -eq 'ExpiresAt') { $arguments.AccessToken = ConvertTo-SecureString 'a.b.c' -AsPlainText -Force }
        $failure = Get-Failure { & $Cmdlet @arguments }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
        "$failure" | Should -BeLike "*'$Parameter'*"
    }
}

Describe 'rows of a CSV file' {
    It 'create add-ons' {
        $made = Get-Row 'AppId,ProductId,ProductType', "$App,csv-one,Durable", '9NBLGGH29DM8,csv-two,Consumable' | New-StoreAddOn
        $made.productId | Should -BeExactly 'csv-one', 'csv-two'
        $made.productType | Should -BeExactly 'Durable', 'Consumable'
        $made.applications.value.id | Should -BeExactly $App, '9NBLGGH29DM8'
    }

    It 'create add-ons of an app on the command line' {
        (Get-Row 'ProductId,ProductType', 'csv-three,Durable' | New-StoreAddOn -AppId $App).applications.value.id | Should -BeExactly $App
    }

    It 'create flights' {
        $made = Get-Row 'AppId,Name,GroupId', "$App,Alpha,1", "$App,Beta,2" | New-StoreFlight
        $made.friendlyName | Should -BeExactly 'Alpha', 'Beta'
        $made.groupIds | Should -BeExactly '1', '2'
        (Get-Row 'AppId,FriendlyName,RankHigherThan', "$App,Gamma,$($made[0].flightId)" | New-StoreFlight).friendlyName | Should -BeExactly 'Gamma'
    }

    It 'create submissions, which are changed by files that rows name' {
        $draft = Get-Row 'AppId', $App | New-StoreSubmission
        Export-StoreSubmission $draft -Path "$TestDrive/draft.json"
        Set-StoreJsonValue /visibility Hidden -Path "$TestDrive/draft.json"
        Get-Row 'Path', "$TestDrive/draft.json" | Set-StoreSubmission
        (Get-StoreSubmission $App -Pending).visibility | Should -BeExactly 'Hidden'
        Set-StoreJsonValue /visibility Public -Path "$TestDrive/draft.json"
        Get-Item "$TestDrive/draft.json" | Set-StoreSubmission
        (Get-StoreSubmission $App -Pending).visibility | Should -BeExactly 'Public'
        [pscustomobject]@{ AppId = $App; SubmissionId = $draft.id; Json = $draft.ToJson() -replace '"Public"', '"Hidden"' } | Set-StoreSubmission
        (Get-StoreSubmission $App -Pending).visibility | Should -BeExactly 'Hidden'
        $draft | Remove-StoreSubmission -Confirm:$false
    }

    It 'set rollouts' {
        $null = Publish-Rollout 10
        (Get-Row 'AppId,Percentage', "$App,12.5" | Set-StoreRollout).packageRolloutPercentage | Should -Be 12.5
    }
}

Describe 'the properties of an object of the module' {
    It 'are no values for another: <Name>' -ForEach @(
        @{ Name = 'the name of an app'; Script = { Get-StoreApp $App | New-StoreFlight } }
        @{ Name = 'the name of a flight'; Script = { Get-StoreFlight $App -FlightId $flight | New-StoreFlight } }
        @{ Name = 'the percentage of a rollout'; Script = { Get-StoreRollout $App | Set-StoreRollout -ErrorAction Stop } }
    ) {
        $Error.Clear()
        try { $null = & $Script -ErrorAction Stop } catch { }
        $Error[0].FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
    }

    It 'do not go along with a name' {
        $old = Get-StoreFlight $App -FlightId $flight
        $made = $old | New-StoreFlight -FriendlyName 'Delta'
        $sent = ConvertFrom-StoreJson (Get-Request $emulator 'POST' '*/flights' | Select-Object -Last 1).body
        $sent.groupIds | Should -BeNullOrEmpty
        $sent.psobject.Properties.Name | Should -Not -Contain 'rankHigherThan'
        $made.friendlyName | Should -BeExactly 'Delta'
    }
}

Describe 'a connection in a job' {
    It 'says that it can not leave its process: <Name>' -ForEach @(
        @{ Name = 'as -Connection'; Script = { Get-StoreApp -Connection $args[1] } }
        @{ Name = 'in Test-Store'; Script = { $args[1] | Test-Store } }
        @{ Name = 'in Disconnect-Store'; Script = { Disconnect-Store $args[1] } }
    ) {
        $connection = Connect-Store -Emulator $emulator
        $work = [scriptblock]::Create("`$ErrorActionPreference = 'Stop'; Import-Module `$args[0]; try { $Script } catch { `"`$_`" }")
        $told = Start-Job $work -ArgumentList $module, $connection | Receive-Job -Wait -AutoRemoveJob 2>&1
        "$told" | Should -BeLike "*a connection can't leave its process*Run Connect-Store in the job*"
    }
}

# The service answers a name in the place of an id with 500, which is repeated for minutes.
Describe 'a name in the place of an id' {
    It 'is refused before anything is sent: <Name>' -ForEach @(
        @{ Name = 'an argument'; Code = 'app.not_store_id'; Hint = '*-AppName*'; Script = { Get-StoreApp 'Contoso sample app' } }
        @{ Name = 'a package identity'; Code = 'app.not_store_id'; Hint = '*-AppName*'; Script = { Get-StoreSubmission -AppId 5224ContosoDeveloper.ContosoSampleApp } }
        @{ Name = 'from the pipeline'; Code = 'app.not_store_id'; Hint = '*-AppName*'; Script = { 'Contoso sample app' | New-StoreSubmission } }
        @{ Name = 'an add-on'; Code = 'request.invalid'; Hint = '*Get-StoreAddOn*'; Script = { Get-StoreSubmission -AddOnId contoso.coins } }
    ) {
        $before = @(Get-Request $emulator).Count
        $failure = Get-Failure $Script
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,*"
        $failure.Exception.Message | Should -BeLike '* not the Store id of an *'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike $Hint
        @(Get-Request $emulator).Count | Should -Be $before
    }
}
