# What the plan of a release shows, what the question says, and the summary of a job.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $package = New-TestPackage (Join-Path $TestDrive 'App_2.0.0.0_x64.msix') '2.0.0.0'
    $summary = Join-Path $TestDrive 'summary.md'

    # The line of What-if of a script.
    function Get-Said([scriptblock] $Script) {
        $log = Join-Path $TestDrive 'said.txt'
        $null = Start-Transcript $log
        try { $null = & $Script }
        finally { $null = Stop-Transcript }
        [regex]::Match([IO.File]::ReadAllText($log), '(?m)^What if: (.*?)\r?$').Groups[1].Value
    }
}
AfterAll { Disconnect-Emulator }

Describe 'what a release says' {
    BeforeEach { Remove-Item $summary -ErrorAction SilentlyContinue }
    AfterEach { Get-StoreSubmission $App -Pending -ErrorAction SilentlyContinue | Remove-StoreSubmission -Confirm:$false }

    Context 'a plan' {
        It 'shows old and new values, packages that go, and the price' {
            $plan = Publish-StoreSubmission $App -PackagePath $package -ReleaseNotes @{ 'en-us' = 'Faster' } -WhatIf
            $shown = $plan | Out-String
            $shown -replace '\s+', ' ' | Should -Match 'replace /listings/en-us/baseListing/releaseNotes ".+" -> "Faster"'
            $shown -replace '\s+', ' ' | Should -Match 'OldPackages : goes: Contoso\.SampleApp_1\.0\.0\.0_x64\.msix \(1\.0\.0\.0\), because App_2\.0\.0\.0_x64\.msix takes its place'
            $shown | Should -Match 'PriceId *: Free'
            $shown | Should -Match 'Files *: App_2\.0\.0\.0_x64\.msix, \d+ bytes'
            $plan.oldPackages.stays | Should -BeFalse
            $plan.appId | Should -BeExactly $App
            (Publish-StoreSubmission $App -PackagePath $package -OldPackages keepAll -WhatIf | Out-String) -replace '\s+', ' ' |
                Should -Match 'OldPackages : stays: Contoso'
        }

        It 'is asked about with the packages that go' {
            Get-Said { Publish-StoreSubmission $App -PackagePath $package -WhatIf } |
                Should -BeExactly "Publish $package for app $App to everybody, removing Contoso.SampleApp_1.0.0.0_x64.msix (1.0.0.0)"
            Get-Said { Publish-StoreSubmission $App -PackagePath $package -OldPackages keepAll -NoCommit -WhatIf } |
                Should -BeExactly "Publish $package for app $App to everybody, but leave the draft uncommitted"
        }
    }

    Context 'a plan in the pipeline' {
        It 'is carried out with the same release: <Name>' -ForEach @(
            @{ Name = 'an app'; Target = @{ AppId = '9NBLGGH4R315' }; Release = { @{ PackagePath = $package } } }
            @{ Name = 'a flight'; Target = @{ AppId = '9NBLGGH4R315'; FlightName = 'Insiders' }; Release = { @{ PackagePath = $package } } }
            @{ Name = 'an add-on'; Target = @{ AddOnId = '9NBLGGH4TNMP' }; Release = { @{ Visibility = 'Hidden' } } }
            @{ Name = 'a price for Partner Center'; Target = @{ AppId = '9NBLGGH29DM8' }; Release = { @{ Visibility = 'Hidden'; LeavePriceToPartnerCenter = $true } } }
        ) {
            $release = & $Release
            $plan = Publish-StoreSubmission @Target @release -WhatIf
            ($plan | Publish-StoreSubmission @release -WhatIf).planHash | Should -BeExactly $plan.planHash
            $file = Join-Path $TestDrive 'plan.json'
            $plan | ConvertTo-StoreJson -Path $file -Force
            foreach ($read in (ConvertFrom-StoreJson -Path $file), (ConvertFrom-Json ([IO.File]::ReadAllText($file)))) {
                ($read | Publish-StoreSubmission @release -WhatIf).planHash | Should -BeExactly $plan.planHash
            }
        }

        It 'is refused without its files, and nothing is changed' {
            $posts = @(Get-Request $emulator POST '*/submissions').Count
            $plan = Publish-StoreSubmission $App -PackagePath $package -WhatIf
            (Get-Failure { $plan | Publish-StoreSubmission -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'plan.changed,*'
            @(Get-Request $emulator POST '*/submissions').Count | Should -Be $posts
        }

        It 'that has nothing to do approves nothing' {
            $null = Publish-StoreSubmission $App -ReleaseNotes 'published' -Until published -Confirm:$false @Quick
            $plan = Publish-StoreSubmission $App -ReleaseNotes 'published' -WhatIf
            $plan.draft | Should -BeExactly 'none'
            $file = Join-Path $TestDrive 'nothing.json'
            $plan | ConvertTo-StoreJson -Path $file -Force
            $posts = @(Get-Request $emulator POST '*/submissions').Count
            foreach ($read in $plan, (ConvertFrom-StoreJson -Path $file)) {
                ($read | Publish-StoreSubmission -ReleaseNotes 'published' -Confirm:$false).changed | Should -BeFalse
                (Get-Failure { $read | Publish-StoreSubmission -PackagePath $package -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'plan.changed,*'
                (Get-Failure { $read | Publish-StoreSubmission -PackagePath $package -WhatIf }).FullyQualifiedErrorId | Should -BeLike 'plan.changed,*'
            }
            @(Get-Request $emulator POST '*/submissions').Count | Should -Be $posts
        }

        It 'or a receipt does not set a price, and a row does' {
            $plan = Publish-StoreSubmission -AddOnId 9NBLGGH4TNMP -PriceId Tier7 -WhatIf
            $plan.priceId | Should -BeExactly 'Tier7'
            $receipt = Publish-StoreSubmission -AddOnId 9NBLGGH4TNMP -PriceId Tier7 -NoCommit -Confirm:$false
            $receipt | Edit-StoreSubmission { $_.pricing.priceId = 'Tier8' } -Confirm:$false
            ($receipt | Publish-StoreSubmission -Edit @{ '/visibility' = 'Hidden' } -WhatIf).priceId | Should -BeExactly 'Tier8'
            ([pscustomobject]@{ AddOnId = '9NBLGGH4TNMP'; PriceId = 'Tier9' } | Publish-StoreSubmission -Draft replace -WhatIf).priceId | Should -BeExactly 'Tier9'
            (Get-StoreAddOn -AddOnId 9NBLGGH4TNMP | Publish-StoreSubmission -PriceId { 'Tier6' } -Draft replace -WhatIf).priceId | Should -BeExactly 'Tier6'
            $receipt | Remove-StoreSubmission -Confirm:$false
        }

        It 'is asked about with the rollout of a file' {
            $file = Join-Path $TestDrive 'rollout.json'
            [IO.File]::WriteAllText($file, (ConvertTo-Json @{ appId = $App; packages = @($package); rollout = 12.5 }))
            Get-Said { Publish-StoreSubmission -ReleasePath $file -WhatIf } | Should -BeLike "Publish $file for app $App to 12.5 % of everybody, *"
            Get-Said { Publish-StoreSubmission -ReleasePath $file -Rollout 20 -WhatIf } | Should -BeLike '* to 20 % of everybody, *'
            Get-Said { Publish-StoreSubmission $App -PackagePath $package -WhatIf } | Should -BeLike "* for app $App to everybody, *"
        }
    }

    Context 'the summary of a job' {
        It 'has the plan' {
            $null = Publish-StoreSubmission $App -PackagePath $package -SummaryPath $summary -WhatIf
            $text = [IO.File]::ReadAllText($summary)
            $text | Should -Match "^## Plan: app $App"
            $text | Should -BeLike '*<code>App&#95;2.0.0.0&#95;x64.msix</code>*takes its place*'
        }

        It 'has the receipt, once, after what is there' {
            [IO.File]::WriteAllText($summary, "before`n")
            Push-Location $TestDrive
            try { $receipt = Publish-StoreSubmission $App -ReleaseNotes 'one' -SummaryPath summary.md -NoCommit -Confirm:$false }
            finally { Pop-Location }
            $text = [IO.File]::ReadAllText($summary)
            $text | Should -Match "^before\n\n## Release: app $App"
            $text | Should -BeLike "*$($receipt.submissionId)*$($receipt.draftHash)*"
            [regex]::Matches($text, '(?m)^## ').Count | Should -Be 1
        }

        It 'has the error of a release that did not begin' {
            $file = Join-Path $TestDrive 'release.json'
            [IO.File]::WriteAllText($file, '{"relaseNotes": "x"}')
            $null = Get-Failure { Publish-StoreSubmission $App -ReleasePath $file -SummaryPath $summary -Confirm:$false }
            [IO.File]::ReadAllText($summary) | Should -Match "^## Failed: app $App\n\n- \*\*request\.unknown_field\*\*: "
        }

        It 'has the error of a name that is not found' {
            foreach ($name in @{ AppName = 'Nobody' }, @{ AppId = $App; FlightName = 'Nobody' }) {
                [IO.File]::Delete($summary)
                $failure = Get-Failure { Publish-StoreSubmission @name -ReleaseNotes 'x' -SummaryPath $summary -Confirm:$false }
                $code = @($failure.FullyQualifiedErrorId -split ',')[0]
                $code | Should -Match '^(app|flight)\.not_found$'
                $text = [IO.File]::ReadAllText($summary)
                $text | Should -Match '^## Failed: [^\n]*Nobody'
                $text | Should -BeLike "*$code*"
            }
        }

        It 'is not written for an empty path' {
            $null = New-Item -ItemType Directory "$TestDrive/empty"
            Push-Location "$TestDrive/empty"
            try { $failure = Get-Failure { Publish-StoreSubmission -AppName Nobody -ReleaseNotes 'x' -SummaryPath '' -Confirm:$false } }
            finally { Pop-Location }
            $failure.FullyQualifiedErrorId | Should -BeLike 'app.not_found,*'
            Get-ChildItem "$TestDrive/empty" | Should -BeNullOrEmpty
        }

        It 'has nothing of the plan for a question' {
            $file = Join-Path $TestDrive 'release.json'
            [IO.File]::WriteAllText($file, '{"appId": "9NBLGGH4R315", "visibility": "Hidden", "summaryPath": "summary.md"}')
            (Get-Failure { Publish-StoreSubmission -ReleasePath $file -Confirm }).FullyQualifiedErrorId | Should -BeLike 'confirmation.unanswered,*'
            $summary | Should -Not -Exist
            $null = Publish-StoreSubmission -ReleasePath $file -WhatIf
            [IO.File]::ReadAllText($summary) | Should -Match "^## Plan: app $App\n"
        }

        It 'has the error' {
            $null = Get-Failure { Publish-StoreSubmission $App -ReleaseNotes @{ 'xx' = 'x' } -SummaryPath $summary -Confirm:$false }
            [IO.File]::ReadAllText($summary) | Should -Match "^## Failed: app $App\n\n- \*\*document\.pointer\*\*: "
        }
    }

    Context 'the changes of an open rollout' {
        It 'are in the question and in the view' {
            $null = Publish-StoreSubmission $App -PackagePath $package -Rollout 10 -Until published -Confirm:$false @Quick
            $plan = Publish-StoreSubmission $App -ReleaseNotes 'next' -OpenRollout halt -WhatIf
            $plan | Out-String | Should -Match 'OpenRollout *: halt: no more customers get its packages'
            Get-Said { Publish-StoreSubmission $App -ReleaseNotes 'next' -OpenRollout finalize -WhatIf } |
                Should -BeExactly "Publish for app $App to everybody, after giving the packages of the open rollout to all customers"
        }
    }
}
