# Start-StoreEmulator and Stop-StoreEmulator: how the program is started, why it did not start, and when it ends.
BeforeDiscovery { $onWindows = $env:OS -eq 'Windows_NT' }
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $module = (Get-Module StoreShip).ModuleBase
    $umlaut = [char]0xE4 + [char]0x20AC

    # A shell script in place of the emulator.
    function New-Program([string] $Script) {
        $path = Join-Path $TestDrive ([Guid]::NewGuid().ToString('n'))
        [IO.File]::WriteAllText($path, "#!/bin/sh`n$Script`n")
        chmod +x $path
        $path
    }

    # Whether the emulator answers.
    function Test-Answer([object] $Emulator) {
        try {
            $null = (New-Object System.Net.WebClient).DownloadString($Emulator.ControlUrl + 'clock')
            $true
        }
        catch { $false }
    }

    # Runs a script in a runspace of its own, and returns its output after the runspace has ended.
    function Invoke-Runspace([scriptblock] $Script) {
        $shell = [powershell]::Create()
        try { $shell.AddScript($Script).AddArgument($module).Invoke() } finally { $shell.Dispose() }
    }
}
AfterAll { Stop-StoreEmulator }

Describe 'the arguments of Start-StoreEmulator' {
    It 'reach the program as they are: <_>' -ForEach @(
        'C:\no\such\', 'no\such\\', 'no "such" file', '"', '\"', 'a\"b\\"c\', 'a  b', "tab`tx", 'no', "it's", '$HOME %PATH% *', '-'
    ) {
        # The path ends before the next argument begins, which is not reported as unknown.
        $failure = Get-Failure { Start-StoreEmulator -ArgumentList '--state', $_, '--seed', '7' }
        $failure.Exception.Message | Should -BeLike '*cannot read the state*'
        $failure.Exception.Message.Contains("cannot read the state ${_}: ") | Should -BeTrue -Because $failure.Exception.Message
    }

    It 'may be empty' {
        (Get-Failure { Start-StoreEmulator -ArgumentList '--frozen-at', '', '--seed', 'x' }).Exception.Message | Should -BeLike "*'x'*--seed*"
        (Get-Failure { Start-StoreEmulator -ArgumentList '' }).Exception.Message | Should -BeLike "*unexpected argument ''*"
    }

    It 'are all passed, in their order' -Skip:$onWindows {
        $program = New-Program 'for a in "$@"; do printf "<%s>" "$a"; done >&2; exit 1'
        $failure = Get-Failure { Start-StoreEmulator -ProgramPath $program -Port 7 -Seed 18446744073709551615 -ArgumentList 'a b', '', '"', '\', 'c' }
        $failure.Exception.Message | Should -BeLike '*<--port><7><--seed><18446744073709551615><a b><><"><\><c>'
    }

    It 'name a state file with a path of PowerShell' {
        $path = 'TestDrive:\no such.json'
        (Get-Failure { Start-StoreEmulator -StatePath $path }).Exception.Message | Should -BeLike '*cannot read the state *no such.json*'
    }
}

Describe 'an emulator that does not start' {
    It 'is reported with its own words, in UTF-8, each time' {
        foreach ($n in 1..30) {
            $failure = Get-Failure { Start-StoreEmulator -ArgumentList "--nonsense-$umlaut" }
            $failure.FullyQualifiedErrorId | Should -BeLike 'emulator.not_started,*'
            $failure.Exception.Message | Should -BeLike "*--nonsense-$umlaut*"
        }
    }

    It 'is reported with words that come after its process has ended' -Skip:$onWindows {
        # The child process writes once its parent is gone.
        $program = New-Program 'exec 3<&0 1>&-; (while kill -0 $$ 2>&-; do :; done; echo "last words" >&2) & exit 1'
        (Get-Failure { Start-StoreEmulator -ProgramPath $program }).Exception.Message | Should -BeLike '*did not start: last words'
    }

    It 'is reported when there is no such program' {
        $failure = Get-Failure { Start-StoreEmulator -ProgramPath (Join-Path $TestDrive 'none') }
        $failure.FullyQualifiedErrorId | Should -BeLike 'emulator.not_started,*'
    }
}

Describe 'a running emulator' {
    It 'stops' {
        $other = Start-StoreEmulator
        $other | Stop-StoreEmulator
        $other.IsRunning | Should -BeFalse
        $other | Stop-StoreEmulator
    }

    It 'outlives a Ctrl+C at the prompt' -Skip:$onWindows {
        $emulator = Start-StoreEmulator
        kill -INT $emulator.ProcessId
        Test-Answer $emulator | Should -BeTrue
        $emulator.IsRunning | Should -BeTrue
        Stop-StoreEmulator $emulator
    }

    It 'ends with the runspace that started it' {
        $emulator = Invoke-Runspace { param($module) Import-Module $module; Start-StoreEmulator }
        $emulator.ProcessId | Should -BeGreaterThan 0
        $emulator.IsRunning | Should -BeFalse
    }

    It 'ends with the runspace that started it, and not with another' {
        $emulator = Start-StoreEmulator
        $null = Invoke-Runspace { param($module) Import-Module $module; Start-StoreEmulator }
        $emulator.IsRunning | Should -BeTrue
        Stop-StoreEmulator
        $emulator.IsRunning | Should -BeFalse
    }

    It 'ends with ForEach-Object -Parallel' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $emulators = 1..2 | ForEach-Object -Parallel { Import-Module $using:module; Start-StoreEmulator }
        $emulators.Count | Should -Be 2
        $emulators.IsRunning | Should -BeExactly $false, $false
    }

    It 'ends with a job' {
        $id = Start-Job { Import-Module $args[0]; (Start-StoreEmulator).ProcessId } -ArgumentList $module | Receive-Job -Wait -AutoRemoveJob
        Wait-Process -Id $id -Timeout 60 -ErrorAction SilentlyContinue
        Get-Process -Id $id -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }
}

Describe 'an installed module' -Skip:$onWindows {
    It 'starts its emulator without execute bits, in a folder that can not be written' {
        $folder = Join-Path $TestDrive 'installed'
        $temporary = Join-Path $TestDrive 'temporary'
        $null = New-Item -ItemType Directory $folder, $temporary
        Copy-Item $module $folder -Recurse
        try {
            chmod -R a-wx,a+X $folder
            $program = Get-ChildItem $folder -Recurse -Filter storeship-emulator
            $script = "`$ErrorActionPreference = 'Stop'; `$env:TMPDIR = '$temporary'; Import-Module '$folder/StoreShip'; `$e = Start-StoreEmulator; `$c = Connect-Store -Emulator `$e; " +
                "(Get-StoreApp)[0].id; Stop-StoreEmulator"
            & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script | Should -BeExactly $App
            (Get-Item $program).UnixMode | Should -BeExactly '-r--r--r--'
            # The copy is gone.
            Get-ChildItem $temporary | Should -BeNullOrEmpty
        }
        finally { chmod -R u+w $folder }
    }

    It 'says what to do when no copy can be started either' {
        $folder = Join-Path $TestDrive 'again'
        $null = New-Item -ItemType Directory $folder
        Copy-Item $module $folder -Recurse
        Get-ChildItem $folder -Recurse -Filter storeship-emulator | ForEach-Object { chmod a-x $_.FullName }
        $script = "`$env:TMPDIR = '$TestDrive/none'; Import-Module '$folder/StoreShip'; try { Start-StoreEmulator } catch { `"`$_`"; `$_.ErrorDetails.RecommendedAction }"
        $told = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script
        $told[0] | Should -BeLike "the emulator *storeship-emulator can't be started: *none*: No such file or directory*"
        $told[1] | Should -BeLike '*chmod +x*TMPDIR*'
    }
}
