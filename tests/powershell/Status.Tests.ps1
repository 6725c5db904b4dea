# Get-StoreSubmissionStatus, and what a command shows while it waits.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
    $emulator = Connect-Emulator
}
AfterAll { Disconnect-Emulator }

Describe 'Get-StoreSubmissionStatus' {
    BeforeAll { $draft = New-StoreSubmission $App }

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
    }

    It 'takes the published submission of a product without a pending one' {
        $addOn = Get-StoreAddOn | Where-Object { $_.PSObject.Properties['lastPublishedInAppProductSubmission'] -and -not $_.PSObject.Properties['pendingInAppProductSubmission'] } | Select-Object -First 1
        ($addOn | Get-StoreSubmissionStatus).StoreBaseline.SubmissionId | Should -BeExactly $addOn.lastPublishedInAppProductSubmission.id
    }
}
