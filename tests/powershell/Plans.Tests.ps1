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
