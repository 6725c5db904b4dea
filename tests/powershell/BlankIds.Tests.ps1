# An id that is named and null, empty or blank is an error before anything is sent. If it counted as absent, a flight id from
# a variable that is not set would release to everybody.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $ids = 'AppId', 'AppName', 'FlightId', 'FlightName', 'AddOnId', 'SubmissionId', 'GroupId', 'RankHigherThan', 'InputObject'
    # Every parameter with an id in the module, by its name and by each alias.
    $parameters = foreach ($command in (Get-Module StoreShip).ExportedCmdlets.Values | Sort-Object Name) {
        $isTarget = $command.ImplementingType.IsSubclassOf([StoreShip.Cmdlets.TargetCmdlet])
        foreach ($parameter in $command.Parameters.Values | Where-Object { $ids -contains $_.Name }) {
            if ($parameter.Name -eq 'InputObject' -and -not $isTarget) { continue }
            foreach ($name in @($parameter.Name) + @($parameter.Aliases)) { @{ Cmdlet = $command.Name; Parameter = $name } }
        }
    }
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $flight = Get-StoreFlight $App | Select-Object -First 1
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
    # What the cmdlets need besides, so that nothing but the blank id can stop them.
    $needs = @{
        'New-StoreFlight'        = @{ FriendlyName = 'Night' }
        'New-StoreAddOn'         = @{ ProductId = 'hat'; ProductType = 'Durable' }
        'Send-StorePackage'      = @{ Path = $package }
        'Export-StoreSubmission' = @{ Path = Join-Path $TestDrive 'export.json' }
        'Export-StoreListing'    = @{ Path = Join-Path $TestDrive 'listings' }
        'Import-StoreListing'    = @{ Path = Join-Path $TestDrive 'listings' }
        'Publish-StoreAddOn'     = @{ Path = Join-Path $TestDrive 'listings' }
        'Edit-StoreSubmission'   = @{ ReleaseNotes = @{ 'en-us' = 'n' } }
        'Set-StoreSubmission'    = @{ Json = '{}' }
        'Set-StoreRollout'       = @{ Percentage = 5 }
    }
    # Parameters that a cmdlet inherits and has no use for. They are refused with any value.
    $useless = @{
        'Get-StoreApp' = 'FlightId', 'FlightName', 'AddOnId'; 'Get-StoreAddOn' = 'FlightId', 'FlightName'
        'Publish-StoreAddOn' = 'FlightId', 'FlightName', 'AddOnId'
        'New-StoreAddOn' = 'FlightId', 'FlightName', 'AddOnId'; 'New-StoreFlight' = 'FlightId', 'FlightName', 'AddOnId'
    }
    function Get-Count { @(Get-Request $emulator).Count }
}
AfterAll { Disconnect-Emulator }

Describe 'a blank id' {
    It 'is refused in <Cmdlet> -<Parameter>' -ForEach $parameters {
        $before = Get-Count
        foreach ($blank in $null, '', '  ', "`t`n") {
            $arguments = @{ AppId = $App; FlightId = $flight.flightId; SubmissionId = '1' }
            foreach ($name in @($arguments.Keys)) {
                if (-not (Get-Command $Cmdlet).Parameters.ContainsKey($name) -or $useless[$Cmdlet] -contains $name) { $arguments.Remove($name) }
            }
            if ($needs[$Cmdlet]) { $arguments += $needs[$Cmdlet] }
            if ((Get-Command $Cmdlet).Parameters.ContainsKey('Confirm')) { $arguments.Confirm = $false }
            $canonical = (Get-Command $Cmdlet).Parameters.Values | Where-Object { $_.Name -eq $Parameter -or $_.Aliases -contains $Parameter }
            $arguments.Remove($canonical.Name)
            $arguments[$Parameter] = $blank
            $failure = Get-Failure { & $Cmdlet @arguments }
            $expected = if ($useless[$Cmdlet] -contains $canonical.Name) { '^request\.target,' } else { '^(request\.blank_id|ParameterArgumentValidationError),' }
            $failure.FullyQualifiedErrorId | Should -Match $expected -Because "'$blank'"
            "$failure" | Should -Match "-$($canonical.Name)|'$($canonical.Name)'" -Because "'$blank'"
        }
        Get-Count | Should -Be $before
    }

    It 'is refused by -ErrorAction SilentlyContinue too' {
        (Get-Failure { Publish-StoreSubmission $App -FlightId $null -Confirm:$false -ErrorAction SilentlyContinue }).FullyQualifiedErrorId |
            Should -BeLike 'request.blank_id,*'
    }

    It 'is named by its alias if that was typed' {
        "$(Get-Failure { Get-StoreAddOn -InAppProductId '' })" | Should -BeLike '-InAppProductId *'
        "$(Get-Failure { Get-StoreAddOn -AddOnId '' })" | Should -BeLike '-AddOnId *'
    }

    It 'is refused from <Name>' -ForEach @(
        @{ Name = 'a default'; Run = { $PSDefaultParameterValues = @{ '*-Store*:FlightId' = $env:NOT_SET }; Publish-StoreSubmission $App -Confirm:$false } }
        @{ Name = 'splatting'; Run = { $splat = @{ AppId = $App; FlightId = $env:NOT_SET }; Publish-StoreSubmission @splat -Confirm:$false } }
        @{ Name = 'a script block'; Run = { Get-StoreApp $App | Publish-StoreSubmission -FlightId { $env:NOT_SET } -Confirm:$false } }
        @{ Name = 'an empty column'; Run = { "AppId,FlightId`n$App," | ConvertFrom-Csv | Publish-StoreSubmission -Confirm:$false } }
        @{ Name = 'a missing column of a row'; Run = { "AppId,FlightId`n$App" | ConvertFrom-Csv | Publish-StoreSubmission -Confirm:$false } }
        @{ Name = 'a property that is null'; Run = { [pscustomobject]@{ AppId = $App; FlightId = $env:NOT_SET } | Publish-StoreSubmission -Confirm:$false } }
        @{ Name = 'an empty alias column'; Run = { "AppId,InAppProductId`n$App," | ConvertFrom-Csv | New-StoreSubmission -Confirm:$false } }
        @{ Name = 'an empty item'; Run = { '' | Get-StoreApp } }
        @{ Name = 'a variable that is not set'; Run = { $env:NOT_SET | Get-StoreAddOn } }
    ) {
        $posts = @(Get-Request $emulator 'POST' '*/submissions').Count
        (Get-Failure $Run).FullyQualifiedErrorId | Should -BeLike 'request.blank_id,*'
        @(Get-Request $emulator 'POST' '*/submissions').Count | Should -Be $posts
    }
}

Describe 'an id that is not there' {
    It 'means the app for an object of the module: <Name>' -ForEach @(
        @{ Name = 'a submission'; Of = { Get-StoreSubmission $App } }
        @{ Name = 'a member that is null'; Of = { Get-StoreApp $App | Add-Member FlightId $null -PassThru } }
        @{ Name = 'no property'; Of = { [pscustomobject]@{ AppId = $App } } }
    ) {
        (& $Of | Get-StoreSubmission).StoreBaseline.FlightId | Should -BeNullOrEmpty
    }

    It 'of one item is not that of the item before' {
        $read = [pscustomobject]@{ AppId = $App; FlightId = $flight.flightId }, [pscustomobject]@{ AppId = $App } | Get-StoreSubmission
        $read[0].StoreBaseline.FlightId | Should -BeExactly $flight.flightId
        $read[1].StoreBaseline.FlightId | Should -BeNullOrEmpty
    }

    It 'is not lost when the app of a flight is named too' {
        ($flight | Get-StoreSubmission -AppId $App.ToLowerInvariant()).StoreBaseline.FlightId | Should -BeExactly $flight.flightId
        ($flight | Get-StoreSubmission -AppName (Get-StoreApp $App).primaryName).StoreBaseline.FlightId | Should -BeExactly $flight.flightId
    }
}

Describe 'a flight of another app' {
    It 'does not release to everybody: <Name>' -ForEach @(
        @{ Name = 'an id'; Run = { $flight | Publish-StoreSubmission -AppId 9NBLGGH29DM8 -Confirm:$false -ErrorAction Stop } }
        @{ Name = 'a name'; Run = { $flight | Publish-StoreSubmission -AppName (Get-StoreApp 9NBLGGH29DM8).primaryName -Confirm:$false -ErrorAction Stop } }
    ) {
        $posts = @(Get-Request $emulator 'POST' '*/submissions').Count
        (Get-Failure $Run).FullyQualifiedErrorId | Should -BeLike 'request.target,*'
        @(Get-Request $emulator 'POST' '*/submissions').Count | Should -Be $posts
    }
}

Describe 'a release' {
    BeforeAll {
        # Runs a script in a host without prompts, and returns what What-if printed there.
        function Get-Plan([scriptblock] $Script) {
            $file = Join-Path $TestDrive 'plan.ps1'
            [IO.File]::WriteAllText($file, "param(`$e) Import-Module '$env:STORESHIP_TEST_MODULE'; " +
                "`$null = Connect-Store -ServiceUrl '$($emulator.ServiceUrl)' -AuthorityUrl '$($emulator.AuthorityUrl)' -TenantId $($emulator.TenantId) " +
                "-Credential (New-Object pscredential '$($emulator.ClientId)', (ConvertTo-SecureString '$($emulator.ClientSecret)' -AsPlainText -Force)); $Script")
            (& (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $file | Out-String -Width 1000) -replace '\x1b\[[\d;]*m'
        }
    }

    It 'says in its plan and its receipt that it is for everybody' {
        Get-Plan { Publish-StoreSubmission 9NBLGGH4R315 -WhatIf } | Should -Match 'to everybody[\s\S]*Audience *: everybody'
        $receipt = Publish-StoreSubmission $App -Until committed -Confirm:$false
        $receipt.audience | Should -BeExactly 'everybody'
        $receipt | Out-String | Should -Match 'Audience *: everybody'
    }

    It 'says in its plan and its receipt that it is for a flight' {
        Get-Plan { Get-StoreFlight 9NBLGGH4R315 | Publish-StoreSubmission -WhatIf } |
            Should -Match "to the flight $($flight.friendlyName) \($($flight.flightId)\)[\s\S]*Audience *: flight $($flight.flightId)"
        ($flight | Publish-StoreSubmission -Until committed -Confirm:$false).audience | Should -BeExactly "flight $($flight.flightId)"
    }

    It 'says it when it asks' {
        (Get-StoreApp $App), (Get-StoreFlight $App) | Where-Object Pending | Wait-StoreSubmission @Quick
        foreach ($line in 'Publish-StoreSubmission', 'Complete-StoreSubmission -SubmissionId 1') {
            "$(Get-Failure { Invoke-InHost "$line 9NBLGGH4R315" })" | Should -Match 'to everybody'
            "$(Get-Failure { Invoke-InHost "$line -AppId 9NBLGGH4R315 -FlightId $($flight.flightId)" })" | Should -Match "to the flight (Insiders \()?$($flight.flightId)"
        }
    }
}
