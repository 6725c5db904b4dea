# A time limit of the caller does not hide why nothing worked: the error has the last answer of the service.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
}
AfterAll { Disconnect-Emulator }

Describe 'an operation that did not end in time' {
    AfterEach { Send-Control $emulator DELETE faults }

    It 'shows the last cause in its message, its details and its HTTP part' {
        Add-Fault $emulator @{ path = "*/$App"; status = 503; count = 0; body = @{ code = 'Busy'; message = 'the backend is down' } }
        $failure = Get-Failure { Get-StoreApp $App -TimeoutSeconds 2 }
        $failure.FullyQualifiedErrorId | Should -BeLike 'deadline.exceeded,*'
        $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        "$failure" | Should -BeLike '*did not end within 2 seconds*the backend is down*'
        "$failure" | Should -BeLike "*AppId: $App*"
        $failure.Exception.DetailsJson | Should -BeLike '*"service.unavailable"*'
        $failure.Exception.Http.Status | Should -Be 503
        $failure.Exception.Http.Attempts | Should -BeGreaterThan 0
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeLike '*TimeoutSeconds*'
    }

    It 'names the submission that a release made' {
        # The first one reads the published submission, for the plan.
        Add-Fault $emulator @{ method = 'GET'; path = '*/submissions/*'; status = 503; nth = 2; count = 0 }
        $failure = Get-Failure { Publish-StoreSubmission $App -ReleaseNotes @{ 'en-us' = 'Faster.' } -TimeoutSeconds 2 -Confirm:$false }
        $failure.FullyQualifiedErrorId | Should -BeLike 'deadline.exceeded,*'
        "$failure" | Should -BeLike 'Publish-StoreSubmission did not end *; submission * of app * was created; *'
        "$failure" | Should -BeLike '*Step: create*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-TimeoutSeconds*'
    }
}
