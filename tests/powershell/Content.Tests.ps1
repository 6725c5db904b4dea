# What a release adds to a submission, leaves out of it or takes over: languages, the price, a flight.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $PaidApp = '9NBLGGH29DM8'
    $Now = @{ Confirm = $false; PollSeconds = 0.01 }
}

Describe 'new languages' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'have the texts of their template, and take release notes and edits' {
        $release = @{ AddLanguage = 'FR-fr', 'it-it'; TemplateLanguage = 'en-us'; ReleaseNotes = @{ 'fr-fr' = 'Plus rapide'; default = 'Faster' }; Edit = @{ '/listings/fr-fr/baseListing/description' = 'Montre des choses.' } }
        $plan = Publish-StoreSubmission $App @release -WhatIf
        @($plan.edits | ForEach-Object { $_.path }) | Should -Contain '/listings/it-it'
        "$($plan.warnings)" | Should -BeLike '*it-it has no images*'
        $null = Publish-StoreSubmission $App @release @Now -Until published
        $listings = (Get-StoreSubmission $App).listings
        $listings.'fr-fr'.baseListing.releaseNotes | Should -BeExactly 'Plus rapide'
        $listings.'fr-fr'.baseListing.description | Should -BeExactly 'Montre des choses.'
        $listings.'it-it'.baseListing.releaseNotes | Should -BeExactly 'Faster'
        (Publish-StoreSubmission $App @release @Now).changed | Should -BeFalse
    }

    It 'are refused without a template, with the parameter that names one' {
        $failure = Get-Failure { Publish-StoreSubmission $App -AddLanguage es-es -WhatIf }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.pointer,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-TemplateLanguage*'
    }

    It 'are refused for a flight and in another form, with the name of the parameter' {
        "$(Get-Failure { Publish-StoreSubmission $App -FlightId 43e448df-97c9-4a43-a0bc-2a445e736bcd -AddLanguage fr-fr -WhatIf })" | Should -BeLike '-AddLanguage: *'
        "$(Get-Failure { Publish-StoreSubmission $App -AddLanguage french -WhatIf })" | Should -BeLike '-AddLanguage: *french*'
    }
}

Describe 'a price that reads Base' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'is replaced in all markets by a tier, as the plan says' {
        "$((Publish-StoreSubmission $PaidApp -PriceId Tier1012 -WhatIf).warnings)" | Should -BeLike '*Tier1012*all markets*'
        $failure = Get-Failure { Publish-StoreSubmission $PaidApp -ReleaseNotes Faster -WhatIf }
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-LeavePriceToPartnerCenter*'
    }

    It 'is left to a person, and then no commit takes the draft' {
        $plan = Publish-StoreSubmission $PaidApp -ReleaseNotes Faster -LeavePriceToPartnerCenter -WhatIf
        ($plan.commit, $plan.priceLeftToPartnerCenter) | Should -Be ($false, $true)
        $receipt = Publish-StoreSubmission $PaidApp -ReleaseNotes Faster -LeavePriceToPartnerCenter @Now
        ($receipt.status, $receipt.priceLeftToPartnerCenter) | Should -Be ('PendingCommit', $true)
        foreach ($commit in { $receipt | Complete-StoreSubmission -Confirm:$false }, { $receipt | Publish-StoreSubmission @Now }) {
            $failure = Get-Failure $commit
            $failure.FullyQualifiedErrorId | Should -BeLike 'price.left_to_partner_center,*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-LeavePriceToPartnerCenter and -Draft replace*-PriceId and -Draft replace*'
        }
        $again = Publish-StoreSubmission $PaidApp -ReleaseNotes Next -LeavePriceToPartnerCenter -Draft replace @Now
        $again.submissionId | Should -Not -Be $receipt.submissionId
        @(Get-Request $emulator | Where-Object { $_.path -like '*/commit' }).Count | Should -Be 0
    }
}

Describe 'the promotion of a flight' {
    BeforeAll {
        $emulator = Connect-Emulator
        $package = New-TestPackage (Join-Path $TestDrive 'Tested.msix') '3.0.0.0'
        $path = Join-Path $TestDrive 'Tested.msix'
        $json = Join-Path $TestDrive 'receipt.json'
        Publish-StoreSubmission $App -FlightName Insiders -PackagePath $path -Until published @Now | ConvertTo-StoreJson -Path $json
    }
    AfterAll { Disconnect-Emulator }

    It 'refuses a file of another content' {
        $other = Join-Path $TestDrive 'Other.json'
        $text = [IO.File]::ReadAllText($json)
        $hash = [regex]::Match($text, '"sha256":\s*"([0-9a-f]{64})"').Groups[1].Value
        $hash | Should -Not -BeNullOrEmpty
        [IO.File]::WriteAllText($other, $text.Replace($hash, '0' * 64))
        $failure = Get-Failure { Publish-StoreSubmission $App -PackagePath $path -FromFlight Insiders -FromReceiptPath $other @Now }
        $failure.FullyQualifiedErrorId | Should -BeLike 'package.not_of_flight,*'
        "$failure" | Should -BeLike "*$hash*"
    }

    It 'publishes what was tested' {
        (Publish-StoreSubmission $App -PackagePath $path -FromFlight insiders -FromReceiptPath $json -Until published @Now).status | Should -BeExactly 'Published'
    }

    It 'needs the files, and says so with the name of the parameter' {
        "$(Get-Failure { Publish-StoreSubmission $App -FromFlight Insiders -WhatIf })" | Should -BeLike '-FromFlight: *-PackagePath*'
    }
}
