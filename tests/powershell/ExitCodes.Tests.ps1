# What a build sees of a script that fails: the exit code of the engine for each way to run a script. docs/build-agents.md
# describes it. The commands need no service: one has no connection, the other asks for confirmation.
BeforeDiscovery {
    $engines = @(@{ Engine = (Get-Process -Id $PID).Path })
    # Windows PowerShell 5.1, where it is.
    if ($env:OS -eq 'Windows_NT' -and $PSVersionTable.PSEdition -eq 'Core') {
        $folder = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0'
        # Wine has a powershell.exe that does nothing.
        if (Test-Path (Join-Path $folder 'types.ps1xml')) { $engines += @{ Engine = Join-Path $folder 'powershell.exe' } }
    }
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $builds = 'CI', 'TF_BUILD', 'GITHUB_ACTIONS'
    $saved = @{}
    foreach ($name in $builds) {
        $saved[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }
    $Release = 'Publish-StoreSubmission 9NBLGGH4R315 -Confirm:$false'
    $Question = 'Publish-StoreSubmission 9NBLGGH4R315'
    $Offline = '$null = Connect-Store -AccessToken (ConvertTo-SecureString x.y.z -AsPlainText -Force) -NoSignIn -RetryTimeoutSeconds 0'

    # Runs lines as a script file or as a command; the result has the exit code and what was printed.
    function Invoke-Engine([string] $Engine, [string] $Way, [string[]] $Lines) {
        $script = (@("Import-Module '$env:STORESHIP_TEST_MODULE'") + $Lines) -join "`n"
        $file = Join-Path $TestDrive 'release.ps1'
        [IO.File]::WriteAllText($file, $script)
        $output = if ($Way -eq '-File') { & $Engine -NoProfile -NonInteractive -File $file 2>&1 }
        elseif ($Way -ne '-Command') { & $Engine -NoProfile -NonInteractive -Command "$Way '$file'" 2>&1 }
        else { & $Engine -NoProfile -NonInteractive -Command ($script -replace "`n", '; ') 2>&1 }
        [pscustomobject]@{ Code = $LASTEXITCODE; Text = ($output | Out-String -Width 1000) -replace '\x1b\[[\d;]*m' -replace '\s+', ' ' }
    }
}
AfterAll { foreach ($name in $builds) { [Environment]::SetEnvironmentVariable($name, $saved[$name]) } }

Describe 'the exit code of <Engine>' -ForEach $engines {
    It '<Way>: <Name> is <Code>' -ForEach @(
        @{ Way = '-File'; Name = 'a failed release'; Lines = { $Release }; Code = 0 }
        @{ Way = '-File'; Name = 'a failed release in a script that stops'; Lines = { "`$ErrorActionPreference = 'Stop'", $Release, "'after'" }; Code = 1 }
        @{ Way = '-File'; Name = 'a question that nobody can answer'; Lines = { $Offline, $Question }; Code = 0 }
        @{ Way = '-File'; Name = 'such a question in a script that stops'; Lines = { "`$ErrorActionPreference = 'Stop'", $Offline, $Question }; Code = 1 }
        @{ Way = '-File'; Name = 'an error that the script catches'; Lines = { "try { $Release } catch { exit 3 }" }; Code = 3 }
        @{ Way = '-Command'; Name = 'an error that the script catches'; Lines = { "try { $Release } catch { exit 3 }" }; Code = 3 }
        @{ Way = '-Command'; Name = 'a failed release as the last command'; Lines = { $Release }; Code = 1 }
        @{ Way = '-Command'; Name = 'a failed release before another command'; Lines = { $Release, "'after'" }; Code = 0 }
        @{ Way = '-Command'; Name = 'such a release in a script that stops'; Lines = { "`$ErrorActionPreference = 'Stop'", $Release, "'after'" }; Code = 1 }
        foreach ($way in '&', '.') {
            @{ Way = $way; Name = 'a failed release as the last command of the file'; Lines = { $Release }; Code = 0 }
            @{ Way = $way; Name = 'a failed release before another command of the file'; Lines = { $Release, "'after'" }; Code = 0 }
            @{ Way = $way; Name = 'such a release in a file that stops'; Lines = { "`$ErrorActionPreference = 'Stop'", $Release, "'after'" }; Code = 1 }
            @{ Way = $way; Name = 'an error that the file catches'; Lines = { "try { $Release } catch { exit 3 }" }; Code = 1 }
        }
    ) {
        (Invoke-Engine $Engine $Way (& $Lines)).Code | Should -Be $Code
    }

    It 'of a question: the error names -Confirm:$false' {
        (Invoke-Engine $Engine '-File' $Offline, $Question).Text | Should -Match 'nobody can answer "Publish for app 9NBLGGH4R315 to everybody\?": (\| )?-Confirm:\$false'
    }
}

Describe 'Connect-Store in <Engine>' -ForEach $engines {
    AfterEach { foreach ($name in $builds) { [Environment]::SetEnvironmentVariable($name, $null) } }

    It 'warns once of a script that goes on after errors, on a build agent: <_>' -ForEach 'CI', 'TF_BUILD', 'GITHUB_ACTIONS' {
        [Environment]::SetEnvironmentVariable($_, 'true')
        $said = (Invoke-Engine $Engine '-File' $Offline, $Offline).Text
        @([regex]::Matches($said, [regex]::Escape("begin the script with `$ErrorActionPreference = 'Stop'"))).Count | Should -Be 1 -Because $said
    }

    It 'does not warn <Name>' -ForEach @(
        @{ Name = 'at a prompt'; Build = $null; Lines = { $Offline } }
        @{ Name = 'of a script that stops'; Build = 'true'; Lines = { "`$ErrorActionPreference = 'stop'", $Offline } }
        @{ Name = 'of a function that stops'; Build = 'true'; Lines = { "function f { `$ErrorActionPreference = 'Stop'; $Offline }", 'f' } }
    ) {
        $env:CI = $Build
        (Invoke-Engine $Engine '-File' (& $Lines)).Text | Should -Not -BeLike '*ErrorActionPreference*'
    }
}
