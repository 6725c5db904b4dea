# How long a failed request is retried: a person at a prompt waits for half a minute and sees what the command waits for, a
# build outlasts an outage of minutes.
BeforeDiscovery {
    # A terminal for a child process.
    $hasTerminal = [bool](Get-Command script -CommandType Application -ErrorAction SilentlyContinue) -and $IsLinux
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Start-StoreEmulator
    $shell = (Get-Process -Id $PID).Path
    $builds = 'CI', 'TF_BUILD', 'GITHUB_ACTIONS'
    $saved = @{}
    foreach ($name in $builds) { $saved[$name] = [Environment]::GetEnvironmentVariable($name) }
    $command = "Import-Module '$env:STORESHIP_TEST_MODULE'; 'seconds=' + (Connect-Store -AccessToken (ConvertTo-SecureString x.y.z -AsPlainText -Force) -NoSignIn).RetryTimeoutSeconds"
    $file = Join-Path $TestDrive 'seconds.ps1'
    [IO.File]::WriteAllText($file, $command)

    function Get-Seconds([switch] $Terminal) {
        $output = if ($Terminal) { script -qec "'$shell' -NoProfile -File '$file'" /dev/null } else { '' | & $shell -NoProfile -File $file }
        if ("$output" -notmatch 'seconds=(\d+)') { throw "$output" }
        [int] $Matches[1]
    }
}
AfterAll {
    foreach ($name in $builds) { [Environment]::SetEnvironmentVariable($name, $saved[$name]) }
    Stop-StoreEmulator
}

Describe 'the time for retries' {
    BeforeEach { foreach ($name in $builds) { [Environment]::SetEnvironmentVariable($name, $null) } }

    It 'is 30 seconds at a prompt' -Skip:(-not $hasTerminal) { Get-Seconds -Terminal | Should -Be 30 }

    It 'is 300 seconds at a prompt of a build: <_>' -Skip:(-not $hasTerminal) -ForEach 'CI', 'TF_BUILD', 'GITHUB_ACTIONS' {
        [Environment]::SetEnvironmentVariable($_, 'true')
        Get-Seconds -Terminal | Should -Be 300
    }

    It 'is 300 seconds where the input is redirected' { Get-Seconds | Should -Be 300 }

    It 'is the one that is given' {
        $connection = Connect-Store -Emulator $emulator -RetryTimeoutSeconds 0
        $connection.RetryTimeoutSeconds | Should -Be 0
        Add-Fault $emulator @{ path = '*/inappproducts/*'; status = 503; count = 0 }
        (Get-Failure { Get-StoreAddOn -AddOnId 'gem1' }).FullyQualifiedErrorId | Should -BeLike 'service.unavailable,*'
        @(Get-Request $emulator 'GET' '*/inappproducts/*').Count | Should -Be 1
        Send-Control $emulator DELETE faults
        Disconnect-Store
    }
}

Describe 'a command that waits' {
    AfterEach {
        Send-Control $emulator DELETE faults
        Disconnect-Store
    }

    It 'shows each retry with -Verbose, and after some seconds what it waits for' {
        $null = Connect-Store -Emulator $emulator -RetryTimeoutSeconds 20
        Add-Fault $emulator @{ path = '*/inappproducts/*'; status = 503; count = 0; headers = @{ 'retry-after' = '3' } }
        $before = @(Get-Request $emulator 'GET' '*/inappproducts/*').Count
        $records = New-Object Collections.ArrayList
        try { Get-StoreAddOn -AddOnId 'gem1' -Verbose 3>&1 4>&1 | ForEach-Object { $null = $records.Add($_) } } catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'service.unavailable,*'
        $attempts = @(Get-Request $emulator 'GET' '*/inappproducts/*').Count - $before
        $retries = @($records | Where-Object { $_ -is [Management.Automation.VerboseRecord] -and $_.Message -like 'attempt * of GET *gem1 in * s: it answered 503' })
        $retries.Count | Should -Be ($attempts - 1)
        $warnings = @($records | Where-Object { $_ -is [Management.Automation.WarningRecord] })
        $warnings.Count | Should -Be 1
        $warnings[0].Message | Should -BeLike 'waiting for 127.0.0.1: it answered 503; trying again for up to * s'
        # Not at the end: attempts follow.
        $records.IndexOf($warnings[0]) | Should -BeLessThan ($records.Count - 1)
    }
}
