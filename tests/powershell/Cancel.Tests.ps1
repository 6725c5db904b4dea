# Ctrl+C ends the cmdlet at once and cancels the operation in the native library.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')

    # Runs a script in its own runspace, stops it once a request has matched the fault, and returns its final state.
    function Stop-During([scriptblock] $Script) {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({ param($module) Import-Module $module }).AddArgument((Get-Module StoreShip).ModuleBase).Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddScript($Script).AddArgument((Connect-Store -Emulator $emulator)).AddArgument($package)
            $running = $shell.BeginInvoke()
            while (-not (Get-FaultUse $emulator)) {
                if ($running.IsCompleted) { $shell.EndInvoke($running); throw 'the script ended by itself' }
            }
            $shell.Stop()
            $shell.InvocationStateInfo.State
        }
        finally { $shell.Dispose() }
    }
}

# The faults delay a response for ten minutes, so a cmdlet that waits for it would exceed the time limit of the test run.
Describe 'Ctrl+C' {
    BeforeEach { $emulator = Connect-Emulator -ArgumentList '--stepping', 'clock', '--apps', '150' }
    AfterEach { Disconnect-Emulator }

    It 'ends Wait-StoreSubmission' {
        $draft = New-StoreSubmission $App
        $null = $draft | Complete-StoreSubmission -Confirm:$false
        Add-Fault $emulator @{ path = '*/status'; nth = 2; delayMs = 600000 }
        Stop-During {
            param($connection)
            Get-StoreSubmission 9NBLGGH4R315 -Connection $connection | Wait-StoreSubmission -PollSeconds 0.01 -Connection $connection
        } | Should -Be 'Stopped'
    }

    It 'ends Publish-StoreSubmission before the commit' {
        Add-Fault $emulator @{ method = 'PUT'; path = '*/submissions/*'; delayMs = 600000 }
        Stop-During {
            param($connection, $package)
            Publish-StoreSubmission 9NBLGGH4R315 -PackagePath $package -Connection $connection -Confirm:$false
        } | Should -Be 'Stopped'
        Disconnect-Store
        @(Get-Request $emulator 'POST' '*/commit').Count | Should -Be 0
    }

    It 'ends a quick call' {
        Add-Fault $emulator @{ method = 'GET'; path = '*/applications'; delayMs = 600000 }
        Stop-During {
            param($connection)
            Get-StoreApp -Connection $connection
        } | Should -Be 'Stopped'
    }

    It 'ends a list between its pages' {
        Add-Fault $emulator @{ method = 'GET'; path = '*/applications'; nth = 2; delayMs = 600000 }
        Stop-During {
            param($connection)
            Get-StoreApp -Connection $connection
        } | Should -Be 'Stopped'
        @(Get-Request $emulator 'GET' '*/applications').Count | Should -BeLessOrEqual 2
    }

    It 'ends Connect-Store' {
        Add-Fault $emulator @{ path = '*/token'; delayMs = 600000 }
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({ param($module, $e) Import-Module $module; Connect-Store -Emulator $e })
            $running = $shell.AddArgument((Get-Module StoreShip).ModuleBase).AddArgument($emulator).BeginInvoke()
            while (-not (Get-FaultUse $emulator)) {
                if ($running.IsCompleted) { $shell.EndInvoke($running); throw 'the script ended by itself' }
            }
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally { $shell.Dispose() }
    }
}
