# Gradual rollouts of published submissions, and the inspection of packages.
BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'a rollout' {
    BeforeAll {
        $emulator = Connect-Emulator
        $receipt = Publish-Rollout 10
    }
    AfterAll { Disconnect-Emulator }

    It 'is returned' {
        $rollout = $receipt | Get-StoreRollout
        $rollout.packageRolloutStatus | Should -BeExactly 'PackageRolloutInProgress'
        $rollout.packageRolloutPercentage | Should -Be 10
        $rollout.StoreBaseline.SubmissionId | Should -BeExactly $receipt.submissionId
        $rollout.psobject.TypeNames | Should -Contain 'StoreShip.Rollout'
        $rollout.fallbackSubmissionId | Should -Not -BeNullOrEmpty
    }

    It 'is that of the published submission when none is named' {
        (Get-StoreApp $App | Get-StoreRollout).StoreBaseline.SubmissionId | Should -BeExactly $receipt.submissionId
        (Get-StoreRollout $App $receipt.submissionId).packageRolloutPercentage | Should -Be 10
    }

    It 'is set to <_>' -ForEach 0, 12.5, 100 {
        ($receipt | Set-StoreRollout -Percentage $_).packageRolloutPercentage | Should -Be $_
        ($receipt | Get-StoreRollout).packageRolloutPercentage | Should -Be $_
    }

    It 'is set by position' { (Set-StoreRollout $App 15).packageRolloutPercentage | Should -Be 15 }

    It 'can be set on the output of another cmdlet' {
        ($receipt | Get-StoreRollout | Set-StoreRollout -Percentage 20).packageRolloutPercentage | Should -Be 20
    }

    It 'is refused <_> percent' -ForEach -1, 100.5, ([double]::MaxValue) {
        $before = @(Get-Request $emulator 'POST').Count
        $failure = Get-Failure { Set-StoreRollout $App -SubmissionId $receipt.submissionId -Percentage $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.invalid,StoreShip.*'
        $failure.ErrorDetails.Message | Should -BeLike '-Percentage must be 0 to 100, not *'
        @(Get-Request $emulator 'POST').Count | Should -Be $before
    }

    It 'is not changed by -WhatIf' {
        $before = @(Get-Request $emulator 'POST').Count
        $receipt | Set-StoreRollout -Percentage 30 -WhatIf
        $receipt | Stop-StoreRollout -WhatIf
        $receipt | Complete-StoreRollout -WhatIf
        @(Get-Request $emulator 'POST').Count | Should -Be $before
    }

    It 'is shown with its state' {
        $receipt | Get-StoreRollout | Out-String | Should -BeLike "*AppId*$App*Status*PackageRolloutInProgress*Percentage*"
    }
}

Describe 'a schedule' {
    BeforeEach {
        $emulator = Connect-Emulator
        $receipt = Publish-Rollout 5
    }
    AfterEach { Disconnect-Emulator }

    It 'raises the rollout step by step and finalizes it' {
        $rollout = Set-StoreRollout $App -Step 5, 25, 100 -PauseSec 0.05 -Finalize
        $rollout.packageRolloutStatus | Should -BeExactly 'PackageRolloutComplete'
        $rollout.packageRolloutPercentage | Should -Be 100
        $rollout.steps.percentage | Should -Be 25, 100
        $rollout.StoreBaseline.SubmissionId | Should -BeExactly $receipt.submissionId
        $rollout | Out-String | Should -BeLike '*Status*PackageRolloutComplete*Percentage*100*'
        # The same command again changes nothing.
        $posts = @(Get-Request $emulator 'POST').Count
        (Set-StoreRollout $App -Step 5, 25, 100 -PauseSec 0.05 -Finalize).steps | Should -BeNullOrEmpty
        @(Get-Request $emulator 'POST').Count | Should -Be $posts
    }

    It 'is continued by another process, which knows when the present step began' {
        $first = Set-StoreRollout $App -Step 25
        $began = $first.steps[0].beganAt
        $second = $receipt | Set-StoreRollout -Step 25, 100 -PauseSeconds 3600, 0 -BeganAt ([DateTimeOffset]::Parse($began).AddHours(-2))
        $second.steps.percentage | Should -Be 100
        $second.packageRolloutStatus | Should -BeExactly 'PackageRolloutInProgress'
    }

    It 'ends at its time limit and leaves the percentage' {
        $failure = Get-Failure { Set-StoreRollout $App -Step 25, 100 -PauseSeconds 3600 -TimeoutSeconds 1 }
        $failure.FullyQualifiedErrorId | Should -BeLike 'deadline.exceeded,*'
        (Get-StoreRollout $App).packageRolloutPercentage | Should -Be 25
    }

    It 'that <Name> is refused' -ForEach @(
        @{ Name = 'does not rise'; Message = '*-Step*'; Script = { Set-StoreRollout $App -Step 25, 25 } }
        @{ Name = 'goes beyond 100'; Message = '*-Step*'; Script = { Set-StoreRollout $App -Step 25, 101 } }
        @{ Name = 'has another number of pauses'; Message = '-PauseSeconds has 2 numbers*'; Script = { Set-StoreRollout $App -Step 25, 50, 100 -PauseSeconds 1, 2 } }
    ) {
        $posts = @(Get-Request $emulator 'POST').Count
        $failure = Get-Failure $Script
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
        $failure.ErrorDetails.Message | Should -BeLike $Message
        @(Get-Request $emulator 'POST').Count | Should -Be $posts
    }

    It 'is described by -WhatIf and does nothing' {
        $posts = @(Get-Request $emulator 'POST').Count
        $receipt | Set-StoreRollout -Step 25, 100 -Finalize -WhatIf
        @(Get-Request $emulator 'POST').Count | Should -Be $posts
    }
}

Describe 'the end of a rollout' {
    BeforeEach {
        $emulator = Connect-Emulator
        $receipt = Publish-Rollout 10
    }
    AfterEach { Disconnect-Emulator }

    It 'by <Command> is <Status> and final' -ForEach @(
        @{ Command = 'Stop-StoreRollout'; Status = 'PackageRolloutStopped'; Percentage = 0 }
        @{ Command = 'Complete-StoreRollout'; Status = 'PackageRolloutComplete'; Percentage = 100 }
    ) {
        $rollout = $receipt | & $Command -Confirm:$false
        $rollout.packageRolloutStatus | Should -BeExactly $Status
        $rollout.packageRolloutPercentage | Should -Be $Percentage
        ($receipt | Get-StoreRollout).packageRolloutStatus | Should -BeExactly $Status
        foreach ($script in { $receipt | Set-StoreRollout -Percentage 50 -ErrorAction Stop }, { Stop-StoreRollout $App -Confirm:$false }, { Complete-StoreRollout $App -Confirm:$false }) {
            $failure = Get-Failure $script
            $failure.FullyQualifiedErrorId | Should -BeLike 'rollout.state,StoreShip.*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Publish-StoreSubmission with -Rollout*'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }

    It 'prompts for confirmation' -ForEach 'Stop-StoreRollout', 'Complete-StoreRollout' {
        (Get-Command $_).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
    }
}

Describe 'without a rollout' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'fails with <Code>' -ForEach @(
        @{ Code = 'rollout.state'; Script = { Set-StoreRollout $App -Percentage 50 } }
        @{ Code = 'rollout.state'; Script = { New-StoreSubmission $App | Stop-StoreRollout -Confirm:$false -ErrorAction Stop } }
        @{ Code = 'submission.not_found'; Script = { Get-StoreRollout $App 1 } }
        @{ Code = 'app.not_found'; Script = { Get-StoreRollout 9NNOTTHERE00 } }
        @{ Code = 'request.target'; Script = { Get-StoreRollout } }
        @{ Code = 'request.target'; Script = { Get-StoreSubmission -AddOnId 9NBLGGH4TNMP | Get-StoreRollout -ErrorAction Stop } }
    ) {
        (Get-Failure $Script).FullyQualifiedErrorId | Should -BeLike "$Code,StoreShip.*"
    }

    It 'works for a flight' {
        $rollout = Get-StoreFlight $App | Get-StoreRollout
        $rollout.StoreBaseline.FlightId | Should -BeExactly (Get-StoreFlight $App).flightId
        $rollout.packageRolloutStatus | Should -BeExactly 'PackageRolloutNotStarted'
    }
}

Describe 'Get-StorePackage' {
    BeforeAll {
        Disconnect-Store
        $path = New-TestPackage (Join-Path $TestDrive 'App.msix')
        $null = New-TestPackage (Join-Path $TestDrive 'Other.msix') '2.0.0.0'
        [IO.File]::WriteAllText((Join-Path $TestDrive 'bad.msix'), 'no package')
    }

    It 'returns identity and version without a connection' {
        $package = Get-StorePackage $path
        $package.identityName | Should -BeExactly '5224ContosoDeveloper.ContosoSampleApp'
        $package.version | Should -BeExactly '1.2.0.0'
        $package.architectures | Should -BeExactly 'x64'
        $package.languages | Should -BeExactly 'en-us'
        $package.psobject.TypeNames | Should -Contain 'StoreShip.Package'
    }

    It 'takes files and paths from the pipeline' {
        (Get-ChildItem (Join-Path $TestDrive '*.msix') -Exclude bad* | Sort-Object Name | Get-StorePackage).version | Should -BeExactly '1.2.0.0', '2.0.0.0'
        ($path, (Join-Path $TestDrive 'Other.msix') | Get-StorePackage).version | Should -BeExactly '1.2.0.0', '2.0.0.0'
    }

    It 'takes a path of a drive' { (Get-StorePackage 'TestDrive:/App.msix').version | Should -BeExactly '1.2.0.0' }

    It 'fails with <Code>' -ForEach @(
        @{ Code = 'file.not_found'; Category = 'ObjectNotFound'; Script = { Get-StorePackage (Join-Path $TestDrive 'none.msix') } }
        @{ Code = 'package.invalid'; Category = 'ReadError'; Script = { Get-StorePackage (Join-Path $TestDrive 'bad.msix') } }
        @{ Code = 'file.name'; Category = 'InvalidArgument'; Script = { Get-StorePackage env:HOME } }
    ) {
        $failure = Get-Failure $Script
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,StoreShip.*"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.TargetObject | Should -Not -BeNullOrEmpty
    }

    It 'continues after an invalid file' {
        $found = Get-ChildItem (Join-Path $TestDrive '*.msix') | Get-StorePackage -ErrorAction SilentlyContinue -ErrorVariable failures
        @($found).Count | Should -Be 2
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'package.invalid,*'
    }

    It 'is shown as a list of its main values' {
        Get-StorePackage $path | Out-String | Should -BeLike '*Identity*5224ContosoDeveloper.ContosoSampleApp*Version*1.2.0.0*Languages*en-us*'
    }
}
