# Get-StoreSubmissionStatus, and what a command shows while it waits.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
    $emulator = Connect-Emulator
}
AfterAll { Disconnect-Emulator }

Describe 'the progress' {
    BeforeAll {
        # Runs a script in a runspace of its own until its progress has a record that the pattern fits, and stops it then.
        function Wait-Progress([string] $Pattern, [scriptblock] $Script) {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("param(`$module, `$connection, `$package) Import-Module `$module; `$PSDefaultParameterValues['*-Store*:Connection'] = `$connection; $Script")
                $running = $shell.AddArgument((Get-Module StoreShip).ModuleBase).AddArgument((Connect-Store -Emulator $slow)).AddArgument($large).BeginInvoke()
                # A record that never comes must not hold up the other tests.
                $end = [DateTime]::UtcNow.AddMinutes(2)
                $seen = @()
                while ($true) {
                    $new = @($shell.Streams.Progress.ReadAll())
                    $found = $new | Where-Object { $_.StatusDescription -match $Pattern } | Select-Object -First 1
                    if ($found) { break }
                    $seen += $new | ForEach-Object { $_.StatusDescription }
                    if ($running.IsCompleted) { $shell.EndInvoke($running); throw "the script ended by itself, after $($seen -join '; ')" }
                    if ([DateTime]::UtcNow -gt $end) { throw "no progress fits $Pattern; it was $($seen -join '; ')" }
                    Start-Sleep -Milliseconds 20
                }
                $shell.Stop()
                $found
            }
            finally { $shell.Dispose() }
        }
        # Several blocks.
        $large = Join-Path $TestDrive 'Large.zip'
        $bytes = New-Object byte[] 40MB
        (New-Object Random 1).NextBytes($bytes)
        [IO.File]::WriteAllBytes($large, $bytes)
    }
    BeforeEach { $slow = Start-StoreEmulator }
    AfterEach { Stop-StoreEmulator $slow }

    It 'of a release shows its last steps, in a burst too' {
        # All steps before the wait take a moment together; then nothing comes for ten minutes.
        Add-Fault $slow @{ method = 'GET'; path = '*/status'; nth = 1; count = 0; delayMs = 600000 }
        $record = Wait-Progress '^5 of 6 steps$' { Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ 'en-us' = 'n' } -Confirm:$false }
        $record.Activity | Should -BeLike 'Publish-StoreSubmission, app 9NBLGGH4R315*'
        $record.PercentComplete | Should -Be 83
    }

    It 'of a release ends with all of its steps' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript('param($module, $connection) Import-Module $module; Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ "en-us" = "n" } -PollSeconds 0.01 -Confirm:$false -Connection $connection')
            $null = $shell.AddArgument((Get-Module StoreShip).ModuleBase).AddArgument((Connect-Store -Emulator $slow)).Invoke()
            $records = @($shell.Streams.Progress | Where-Object { $_.ActivityId -eq 0 })
            $records[-1].StatusDescription | Should -BeExactly '6 of 6 steps'
        }
        finally { $shell.Dispose() }
    }

    It 'of an upload shows the latest block, the rate and the remaining time while nothing comes' {
        # Two blocks of the ZIP pass. The ids of other blocks, which mark the draft, begin otherwise: a mark that is renewed
        # does not count.
        Add-Fault $slow @{ method = 'PUT'; query = '*comp=block&blockid=U1NCE*'; nth = 3; count = 0; delayMs = 600000 }
        $record = Wait-Progress '^(?!0\.0 )[\d.]+ of 4\d\.\d MiB, [\d.]+ MiB/s$' {
            $draft = New-StoreSubmission 9NBLGGH4R315
            $draft.applicationPackages += @{ fileName = 'Large.zip'; fileStatus = 'PendingUpload' }
            $draft | Set-StoreSubmission
            $draft | Send-StorePackage -Path $package
        }
        $record.Activity | Should -BeExactly 'upload'
        $record.SecondsRemaining | Should -BeGreaterOrEqual 0
    }

    It 'of Wait-StoreSubmission shows the state and the time, which goes on' {
        Add-Fault $slow @{ method = 'GET'; path = '*/status'; nth = 3; count = 0; delayMs = 600000 }
        # The commit has asked for the status too.
        $record = Wait-Progress '^\w+, 0:00:0[1-9]$' {
            $draft = New-StoreSubmission 9NBLGGH4R315
            $null = $draft | Complete-StoreSubmission -Confirm:$false
            $draft | Wait-StoreSubmission -PollSeconds 0.01
        }
        $record.Activity | Should -BeLike 'Wait-StoreSubmission, app 9NBLGGH4R315, submission *'
    }
}

Describe 'Get-StoreSubmissionStatus' {
    BeforeAll {
        $null = Connect-Store -Emulator $emulator
        $draft = New-StoreSubmission $App
    }

    It 'takes <Name>' -ForEach @(
        @{ Name = 'a submission'; Of = { $draft | Get-StoreSubmissionStatus } }
        @{ Name = 'the ids'; Of = { Get-StoreSubmissionStatus $App $draft.id } }
        @{ Name = 'an app, for its pending submission'; Of = { Get-StoreApp $App | Get-StoreSubmissionStatus } }
        @{ Name = 'properties'; Of = { [pscustomobject]@{ AppId = $App; SubmissionId = $draft.id } | Get-StoreSubmissionStatus } }
        @{ Name = 'its own result'; Of = { $draft | Get-StoreSubmissionStatus | Get-StoreSubmissionStatus } }
    ) {
        $status = & $Of
        $status.status | Should -BeExactly 'PendingCommit'
        $status.StoreBaseline.SubmissionId | Should -BeExactly $draft.id
        @($status.statusDetails.errors).Count | Should -Be 0
    }

    It 'asks once for the status' {
        $before = @(Get-Request $emulator).Count
        $null = $draft | Get-StoreSubmissionStatus
        $sent = @(Get-Request $emulator)
        $sent.Count | Should -Be ($before + 1)
        $sent[-1].path | Should -BeLike "*/submissions/$($draft.id)/status"
    }

    It 'shows the ids, the status and the warnings' {
        $receipt = Get-StoreApp 9NBLGGH29DM8 | Publish-StoreSubmission -PriceId Tier2 @Quick -Confirm:$false
        $shown = $receipt | Get-StoreSubmissionStatus | Out-String
        $shown | Should -Match "SubmissionId *: $($receipt.submissionId)"
        $shown | Should -Match 'Status *: \w+'
        $shown | Should -Match 'Warnings *: SalesUnsupportedWarning'
        $shown -replace '\s+', ' ' | Should -Match '\(known: nearly every submission has it\)'
        # Also in the result of a wait and in a receipt, whose properties are those of the library.
        $receipt.reached.knownWarnings | Should -BeExactly 'SalesUnsupportedWarning'
        $waited = $receipt | Wait-StoreSubmission -Until processing @Quick
        $waited.knownWarnings | Should -BeExactly 'SalesUnsupportedWarning'
        $waited | Out-String | ForEach-Object { $_ -replace '\s+', ' ' } | Should -Match '\(known: nearly every submission has it\)'
    }

    It 'takes the published submission of a product without a pending one' {
        $addOn = Get-StoreAddOn | Where-Object { $_.PSObject.Properties['lastPublishedInAppProductSubmission'] -and -not $_.PSObject.Properties['pendingInAppProductSubmission'] } | Select-Object -First 1
        ($addOn | Get-StoreSubmissionStatus).StoreBaseline.SubmissionId | Should -BeExactly $addOn.lastPublishedInAppProductSubmission.id
    }
}
