# What a failed change means for the commands after it. A script that does not stop at errors must not commit a draft without
# the change.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
    $Commit = @{ Confirm = $false }
    function Get-Commits { @(Get-Request $emulator 'POST' '*/commit').Count }
    # A change that the service refuses, in a script that goes on.
    function Set-Refused([object] $Draft) {
        $Draft.visibility = 'Nowhere'
        $Draft | Set-StoreSubmission -ErrorAction SilentlyContinue
        $Draft.visibility = 'Hidden'
    }
    function Get-Refusal([scriptblock] $Script) {
        $before = Get-Commits
        $failure = Get-Failure $Script
        Get-Commits | Should -Be $before
        $failure.FullyQualifiedErrorId | Should -BeLike 'submission.failed_change,*' -Because "$failure"
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-IgnoreFailedChange*'
        "$failure"
    }
}
Describe 'a draft whose change failed' {
    BeforeEach {
        $emulator = Connect-Emulator
        $draft = New-StoreSubmission $App
    }
    AfterEach { Disconnect-Emulator }

    It 'is not committed, until a change succeeds' {
        Set-Refused $draft
        Get-Refusal { $draft | Complete-StoreSubmission @Commit } | Should -BeLike '*Set-StoreSubmission failed with *'
        $draft | Set-StoreSubmission
        ($draft | Complete-StoreSubmission @Commit).status | Should -BeExactly 'CommitStarted'
    }

    It 'is not committed by <Name>' -ForEach @(
        @{ Name = 'another object of it'; Run = { Get-StoreSubmission $App | Complete-StoreSubmission @Commit } }
        @{ Name = 'its ids'; Run = { Complete-StoreSubmission $App.ToLowerInvariant() $draft.id @Commit } }
        @{ Name = 'its name'; Run = { Complete-StoreSubmission -AppName (Get-StoreApp $App).primaryName -SubmissionId $draft.id @Commit } }
        @{ Name = '-ErrorAction SilentlyContinue'; Run = { $draft | Complete-StoreSubmission @Commit -ErrorAction SilentlyContinue } }
        @{ Name = 'Publish-StoreSubmission'; Run = { Publish-StoreSubmission $App -Draft adopt @Commit } }
        @{ Name = 'another connection'; Run = { $null = Connect-Store -Emulator $emulator; $draft | Complete-StoreSubmission @Commit } }
    ) {
        Set-Refused $draft
        Get-Refusal $Run
    }

    It 'is committed with -IgnoreFailedChange' {
        Set-Refused $draft
        ($draft | Complete-StoreSubmission -IgnoreFailedChange @Commit).status | Should -BeExactly 'CommitStarted'
    }

    It 'is published with -IgnoreFailedChange' {
        Set-Refused $draft
        (Publish-StoreSubmission $App -Draft adopt -IgnoreFailedChange -Until committed @Commit).submissionId | Should -BeExactly $draft.id
    }

    It 'is the draft of <Name>' -ForEach @(
        @{ Name = 'Edit-StoreSubmission'; Run = { $draft | Edit-StoreSubmission { $_.visibility = 'Nowhere' } } }
        @{ Name = 'Edit-StoreSubmission of the app'; Run = { Edit-StoreSubmission $App { $_.visibility = 'Nowhere' } } }
        @{ Name = 'a script block that fails'; Run = { Edit-StoreSubmission $App { throw 'no' } } }
        @{ Name = 'Set-StoreSubmission -Json'; Run = { Set-StoreSubmission $App $draft.id -Json ($draft.ToJson() -replace '"Public"', '"Nowhere"') } }
        @{ Name = 'an edit that looks like damage'; Run = { $draft.applicationPackages = $null; $draft | Set-StoreSubmission } }
        @{ Name = 'a value without a JSON form'; Run = { $draft.visibility = { }; $draft | Set-StoreSubmission } }
        @{ Name = 'Import-StoreSubmission'; Run = {
                $file = Join-Path $TestDrive 'draft.json'
                $draft | Export-StoreSubmission -Path $file -Force
                [IO.File]::WriteAllText($file, ([IO.File]::ReadAllText($file) -replace '"Public"', '"Nowhere"'))
                Import-StoreSubmission $file | Set-StoreSubmission -ErrorAction Stop
            }
        }
        @{ Name = 'Send-StorePackage'; Run = { $draft | Send-StorePackage -Path (Join-Path $TestDrive 'none.msix') -ErrorAction Stop } }
        @{ Name = 'a blank id'; Run = { $draft | Set-StoreSubmission -FlightId $env:NOT_SET } }
        @{ Name = 'no connection'; Run = { Disconnect-Store; try { $draft | Set-StoreSubmission -ErrorAction Stop } finally { $null = Connect-Store -Emulator $emulator } } }
    ) {
        $null = Get-Failure $Run
        Get-Refusal { $draft | Complete-StoreSubmission @Commit }
    }

    It 'is not made good by an upload' {
        $draft.applicationPackages += @{ fileName = 'App.msix'; fileStatus = 'PendingUpload' }
        $draft | Set-StoreSubmission
        Set-Refused $draft
        $null = $draft | Send-StorePackage -Path $package
        Get-Refusal { $draft | Complete-StoreSubmission @Commit }
    }
}

Describe 'a draft without a failed change' {
    BeforeEach {
        $emulator = Connect-Emulator
        $draft = New-StoreSubmission $App
    }
    AfterEach { Disconnect-Emulator }

    It 'is committed after <Name>' -ForEach @(
        @{ Name = 'the plan of a change that would fail'; Run = { $draft.visibility = { }; try { $null = $draft | Set-StoreSubmission -WhatIf } catch { } } }
        @{ Name = 'a failed change of a draft that is gone'; Run = { Set-Refused $draft; $draft | Remove-StoreSubmission -Confirm:$false; $script:draft = New-StoreSubmission $App } }
        @{ Name = 'a failed change of the draft of another product'; Run = { try { Set-Refused (New-StoreSubmission 9NBLGGH29DM8) } catch { } } }
        @{ Name = 'an error of a later command of the pipeline'; Run = { try { $draft | Set-StoreSubmission -PassThru | ForEach-Object { throw 'no' } } catch { } } }
        @{ Name = 'a pipeline that ended early'; Run = { $draft | Set-StoreSubmission -PassThru | Select-Object -First 1 } }
    ) {
        $script:draft = $draft
        $null = & $Run
        ($script:draft | Complete-StoreSubmission @Commit).status | Should -BeExactly 'CommitStarted'
    }
}

Describe '-ErrorAction <Action>' -ForEach @{ Action = 'SilentlyContinue' }, @{ Action = 'Ignore' } {
    BeforeEach {
        $emulator = Connect-Emulator
        $draft = New-StoreSubmission $App
    }
    AfterEach { Disconnect-Emulator }

    It 'passes over an error of a direct call' {
        $Error.Clear()
        $found = Get-StoreApp 9NNOTTHERE00 -ErrorAction $action
        $found | Should -BeNullOrEmpty
        $Error.Count | Should -Be $(if ($action -eq 'Ignore') { 0 } else { 1 })
    }

    It 'fills -ErrorVariable' {
        Get-StoreApp 9NNOTTHERE00 -ErrorAction $action -ErrorVariable failures
        $failures[0].FullyQualifiedErrorId | Should -BeLike $(if ($action -eq 'Ignore') { '' } else { 'app.not_found,*' })
    }

    It 'does not pass over <Name>' -ForEach @(
        @{ Name = 'an edit that looks like damage'; Code = 'document.damaged'; Run = { $draft.applicationPackages = $null; Set-StoreSubmission $draft -ErrorAction $action } }
        @{ Name = 'a value without a JSON form'; Code = 'document.unsupported_value'; Run = { $draft.visibility = { }; Set-StoreSubmission $draft -ErrorAction $action } }
        @{ Name = 'a price that is lost'; Code = 'price.would_become_free'; Run = { $s = New-StoreSubmission 9NBLGGH29DM8; $s.pricing.PSObject.Properties.Remove('priceId'); Set-StoreSubmission $s -Force membersMissing -ErrorAction $action } }
    ) {
        (Get-Failure $Run).FullyQualifiedErrorId | Should -BeLike "$Code,*"
    }
}
