# Ctrl+C: the cmdlet ends at once, and the work in the native library with it.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')

    # Runs a script in a runspace of its own, stops it when the emulator was asked for something, and returns the state.
    function Stop-During([scriptblock] $Script, [string] $Path) {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({ param($module) Import-Module $module }).AddArgument((Get-Module StoreShip).Path).Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddScript($Script).AddArgument((Connect-Store -Emulator $emulator)).AddArgument($package)
            $running = $shell.BeginInvoke()
            while (@(Get-Request $emulator '*' $Path).Count -eq 0 -and -not $running.IsCompleted) { [Threading.Thread]::Yield() | Out-Null }
            $shell.Stop()
            $shell.InvocationStateInfo.State
        }
        finally { $shell.Dispose() }
    }
}

Describe 'Ctrl+C' {
    BeforeEach { $emulator = Connect-Emulator -ArgumentList '--stepping', 'clock' }
    AfterEach { Disconnect-Emulator }

    It 'ends Wait-StoreSubmission' {
        $draft = New-StoreSubmission $App
        $null = $draft | Complete-StoreSubmission -Confirm:$false
        Stop-During -Path '*/status' {
            param($connection)
            Get-StoreSubmission 9NBLGGH4R315 -Connection $connection | Wait-StoreSubmission -Connection $connection
        } | Should -Be 'Stopped'
    }

    It 'ends Publish-StoreSubmission before the commit' {
        # The answer to the PUT stays away for longer than any test may take.
        Add-Fault $emulator @{ method = 'PUT'; path = '*/submissions/*'; delayMs = 600000 }
        Stop-During -Path '*/submissions' {
            param($connection, $package)
            Publish-StoreSubmission 9NBLGGH4R315 -PackagePath $package -Connection $connection -Confirm:$false
        } | Should -Be 'Stopped'
        Disconnect-Store
        @(Get-Request $emulator 'POST' '*/commit').Count | Should -Be 0
    }

    It 'ends a quick call whose answer stays away' {
        Add-Fault $emulator @{ method = 'GET'; path = '*/applications'; delayMs = 600000 }
        Stop-During -Path '*/token' {
            param($connection)
            Get-StoreApp -Connection $connection
        } | Should -Be 'Stopped'
    }
}
