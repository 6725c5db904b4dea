# Add-ons: listing them for the account and for an app, their submissions, and what the service refuses.
BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'add-ons' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'are listed for the account' {
        $null = New-StoreAddOn 9NBLGGH29DM8 'contoso-hat' Durable
        (Get-StoreAddOn).productId | Should -BeExactly 'contoso-coins', 'contoso-hat'
    }

    It 'are listed for an app, with one list for all apps' {
        $null = New-StoreAddOn 9NBLGGH29DM8 'contoso-hat' Durable
        (Get-StoreAddOn $App).productId | Should -BeExactly 'contoso-coins'
        $before = @(Get-Request $emulator 'GET' '*inappproducts').Count
        (Get-StoreApp | Get-StoreAddOn).productId | Should -BeExactly 'contoso-coins', 'contoso-hat'
        # One request for each app and one for the account.
        @(Get-Request $emulator 'GET' '*inappproducts').Count - $before | Should -Be 3
        @(Get-Request $emulator 'GET' '*/inappproducts/*').Count | Should -Be 0
    }

    It 'are returned by id' {
        $addOn = Get-StoreAddOn -AddOnId 9NBLGGH4TNMP
        $addOn.id | Should -BeExactly '9NBLGGH4TNMP'
        $addOn.StoreBaseline.AddOnId | Should -BeExactly '9NBLGGH4TNMP'
        $addOn.psobject.TypeNames | Should -Contain 'StoreShip.AddOn'
        ($addOn | Get-StoreSubmission | Get-StoreAddOn).id | Should -BeExactly '9NBLGGH4TNMP'
    }

    It 'are created' {
        $addOn = Get-StoreApp $App | New-StoreAddOn -ProductId 'contoso-hat' -ProductType durable
        $addOn.productId | Should -BeExactly 'contoso-hat'
        $addOn.productType | Should -BeExactly 'Durable'
        $addOn.applications.value.id | Should -BeExactly $App
        (Get-StoreAddOn -AddOnId $addOn.id).ToJson() | Should -BeExactly $addOn.ToJson()
    }

    It 'have submissions that can be published through the pipeline' {
        $draft = Get-StoreAddOn $App | New-StoreSubmission
        $draft.StoreBaseline.AddOnId | Should -BeExactly '9NBLGGH4TNMP'
        $draft.visibility = 'Hidden'
        $draft | Set-StoreSubmission
        ($draft | Complete-StoreSubmission -Confirm:$false).status | Should -BeExactly 'CommitStarted'
        ($draft | Wait-StoreSubmission @Quick).status | Should -BeExactly 'Published'
        (Get-StoreAddOn $App | Get-StoreSubmission -Published).visibility | Should -BeExactly 'Hidden'
    }

    It 'are published from a tree of folders, of which a bad one does not stop the others' {
        $store = Join-Path $TestDrive 'store'
        $pulled = @(Export-StoreListing $App -Path $store -AddOns)
        $pulled.Count | Should -Be 2
        $pulled[1].written | Should -Contain 'submission.json'
        function Set-File([string] $Name, [string] $Text) {
            $path = Join-Path $store "add-ons/$Name"
            $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
            [IO.File]::WriteAllText($path, $Text)
        }
        Set-File 'contoso-coins/listings/en-us/title.txt' 'Sack of coins'
        Set-File 'contoso-bad/storeship.json' '{"format":1,"productType":"Durable"}'
        Set-File 'contoso-bad/listings/en-us/titel.txt' 'x'
        Set-File 'contoso-hat/storeship.json' '{"format":1,"productType":"Durable"}'
        Set-File 'contoso-hat/submission.json' '{"contentType":"OnlineDownload","lifetime":"Forever","pricing":{"priceId":"Tier3"}}'
        Set-File 'contoso-hat/listings/en-us/title.txt' 'Hat'
        Set-File 'contoso-hat/listings/en-us/description.txt' 'For the hero'
        $plans = @(Publish-StoreAddOn $App -Path $store -WhatIf -ErrorAction SilentlyContinue -ErrorVariable failed 3> $null)
        $plans.draft | Should -BeExactly 'create', 'create'
        $plans[0].edits.value | Should -BeExactly 'Sack of coins'
        $failed.Count | Should -Be 1
        @(Get-Request $emulator POST '*/inappproducts*').Count | Should -Be 0
        $each = @{ Confirm = $false; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failed'; WarningVariable = 'warnings'; WarningAction = 'SilentlyContinue' }
        $receipts = @(Publish-StoreAddOn $App -Path $store @each)
        $receipts[0].pstypenames[0] | Should -BeExactly 'StoreShip.Receipt'
        $receipts.Count | Should -Be 2
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'listing.invalid,*'
        "$($failed[0])" | Should -BeLike 'add-ons/contoso-bad: *title.txt*'
        "$warnings" | Should -BeLike 'add-ons/contoso-bad: *'
        ($receipts | Wait-StoreSubmission @Quick).status | Should -BeExactly 'Published', 'Published'
        $hat = Get-StoreAddOn $App | Where-Object productId -EQ 'contoso-hat'
        ($hat | Get-StoreSubmission).pricing.priceId | Should -BeExactly 'Tier3'
        # The same again does what is left; the error comes after the work on the others.
        Set-File 'contoso-hat/listings/en-us/title.txt' 'Top hat'
        { Publish-StoreAddOn $App -Path $store -Until published @Quick -Confirm:$false 3> $null } | Should -Throw -ErrorId 'listing.invalid*'
        ($hat | Get-StoreSubmission).listings.'en-us'.title | Should -BeExactly 'Top hat'
        (Publish-StoreAddOn $App -Path $store -ProductId contoso-hat, contoso-coins -Confirm:$false).changed | Should -BeExactly $false, $false
        { Export-StoreListing -AddOnId 9NBLGGH4TNMP -Path $store -AddOns } | Should -Throw -ErrorId 'request.target*'
    }

    It 'are compared with the tree of an earlier release, and listed in the summary' {
        $store = Join-Path $TestDrive 'store-now'
        $base = Join-Path $TestDrive 'store-then'
        foreach ($path in $store, $base) { $null = Export-StoreListing $App -Path $path -AddOns }
        $null = Publish-StoreSubmission -AddOnId 9NBLGGH4TNMP -Edit @{ '/listings/en-us/title' = 'Theirs' } -Until published @Quick -Confirm:$false
        [IO.File]::WriteAllText((Join-Path $store 'add-ons/contoso-coins/listings/en-us/title.txt'), 'Ours')
        $summary = Join-Path $TestDrive 'summary.md'
        $each = @{ BasePath = $base; SummaryPath = $summary; Confirm = $false; WarningAction = 'SilentlyContinue' }
        { Publish-StoreAddOn $App -Path $store -ProductId contoso-coins @each } | Should -Throw -ErrorId 'listing.conflict*'
        $text = [IO.File]::ReadAllText($summary)
        $text | Should -BeLike '*| <code>add-ons/contoso-coins</code> | `*`*failed`*`* | listing.conflict: *'
        $receipt = Publish-StoreAddOn $App -Path $store -ProductId contoso-coins @each -Overwrite '/listings/en-us/title' -Until published @Quick
        $receipt.changed | Should -BeTrue
        [IO.File]::ReadAllText($summary) | Should -BeLike '*| <code>add-ons/contoso-coins</code> | changed | Published |*'
        (Get-StoreSubmission -AddOnId 9NBLGGH4TNMP -Published).listings.'en-us'.title | Should -BeExactly 'Ours'
        # A variable that is not set is no summary.
        $each.SummaryPath = ''
        (Publish-StoreAddOn $App -Path $store -ProductId contoso-coins @each).changed | Should -BeFalse
    }

    It 'are published from the rows of a CSV file, of which a bad one does not stop the others' {
        $names = 1..4 | ForEach-Object { "contoso-hat-$_" }
        $ids = @('9NBLGGH4TNMP') + @($names | ForEach-Object { (New-StoreAddOn $App $_ Durable).id })
        $lists = @(Get-Request $emulator GET '*/inappproducts').Count
        $csv = Join-Path $TestDrive 'addons.csv'
        $rows = @('AddOnId,PriceId,Title') + @($ids | ForEach-Object { "$_,Tier2,Title of $_" })
        $rows = $rows[0..2] + '9NNOTTHERE00,Tier2,None' + "$($ids[0]),,No price" + $rows[3..5]
        [IO.File]::WriteAllLines($csv, $rows)
        # The new ones have no listing yet.
        $edit = {
            if ($_.AddOnId -eq $ids[0]) { @{ '/listings/en-us/title' = $_.Title } }
            else { @{ '/contentType' = 'OnlineDownload'; '/lifetime' = 'Forever'; '/listings/en-us' = @{ title = $_.Title; description = 'A hat' } } }
        }
        $statuses = Import-Csv $csv |
            Publish-StoreSubmission -Edit $edit -NoWait -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed |
            Wait-StoreSubmission @Quick
        @($failed | ForEach-Object { "$($_.FullyQualifiedErrorId)" -replace ',.*' }) | Should -BeExactly 'add_on.not_found', 'request.blank_id'
        @($statuses).status | Should -BeExactly (@('Published') * 5)
        foreach ($id in $ids) {
            $published = Get-StoreSubmission -AddOnId $id -Published
            $published.listings.'en-us'.title | Should -BeExactly "Title of $id"
            $published.pricing.priceId | Should -BeExactly 'Tier2'
        }
        # New-StoreAddOn reads the list too.
        @(Get-Request $emulator GET '*/inappproducts').Count - $lists | Should -Be 1

        # The same command again has nothing to do.
        $again = Import-Csv $csv | Publish-StoreSubmission -Edit $edit -NoWait -Confirm:$false -ErrorAction SilentlyContinue
        @($again).changed | Should -BeExactly (@($false) * 5)
    }

    It 'are published from rows, of which one with <Name> stops no other' -ForEach @(
        @{ Name = 'a price that does not exist'; Row = '9NBLGGH4TNMP,Tierx'; Code = 'check.failed' }
        @{ Name = 'the price Base'; Row = '9NBLGGH4TNMP,Base'; Code = 'price.base_not_writable' }
        @{ Name = 'no add-on'; Row = ',Tier2'; Code = 'request.blank_id' }
        @{ Name = 'no price'; Row = '9NBLGGH4TNMP,'; Code = 'request.blank_id' }
    ) {
        $new = @{ '/contentType' = 'OnlineDownload'; '/lifetime' = 'Forever'; '/listings/en-us' = @{ title = 'Hat'; description = 'A hat' } }
        $ids = 'contoso-a', 'contoso-b' | ForEach-Object { (New-StoreAddOn $App $_ Durable).id }
        $rows = "AddOnId,PriceId`n$($ids[0]),Tier2`n$Row`n$($ids[1]),Tier3" | ConvertFrom-Csv
        $each = @{ ErrorAction = 'Continue'; ErrorVariable = '+failed' }
        $failed = @()
        $statuses = $rows | Publish-StoreSubmission -Edit $new -NoWait -Confirm:$false @each 2> $null | Wait-StoreSubmission @each @Quick
        @($failed | ForEach-Object { "$($_.FullyQualifiedErrorId)" -replace ',.*' }) | Should -BeExactly $Code
        @($statuses).AddOnId | Should -BeExactly $ids
        @($statuses).status | Should -BeExactly 'Published', 'Published'
    }

    It 'are deleted with their draft' {
        $addOn = New-StoreAddOn $App 'contoso-hat' Durable
        $null = $addOn | New-StoreSubmission
        $addOn | Remove-StoreAddOn -Confirm:$false | Should -BeNullOrEmpty
        (Get-Failure { Get-StoreAddOn -AddOnId $addOn.id }).FullyQualifiedErrorId | Should -BeLike 'add_on.not_found,*'
    }

    It 'are not changed by -WhatIf' {
        Get-StoreAddOn $App | Remove-StoreAddOn -WhatIf
        New-StoreAddOn $App 'contoso-hat' Durable -WhatIf | Should -BeNullOrEmpty
        @(Get-Request $emulator | Where-Object { $_.method -ne 'GET' -and $_.path -notlike '*token' }).Count | Should -Be 0
    }

    It 'prompt before they are deleted' {
        (Get-Command Remove-StoreAddOn).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact |
            Should -Be 'High'
    }

    It 'fail with <Code>' -ForEach @(
        @{ Code = 'add_on.not_deletable'; Category = 'InvalidResult'; Script = { Remove-StoreAddOn -AddOnId 9NBLGGH4TNMP -Confirm:$false } }
        @{ Code = 'add_on.exists'; Category = 'ResourceExists'; Script = { New-StoreAddOn $App 'contoso-coins' Consumable } }
        @{ Code = 'add_on.not_found'; Category = 'ObjectNotFound'; Script = { Get-StoreAddOn -AddOnId 9NNOTTHERE00 } }
        @{ Code = 'app.not_found'; Category = 'ObjectNotFound'; Script = { Get-StoreAddOn 9NNOTTHERE00 } }
        @{ Code = 'auth.forbidden'; Category = 'AuthenticationError'; Script = { New-StoreAddOn 9NNOTTHERE00 'contoso-hat' Durable } }
        @{ Code = 'request.target'; Category = 'InvalidArgument'; Script = { New-StoreAddOn -ProductId x -ProductType Durable } }
        @{ Code = 'request.missing_field'; Category = 'InvalidArgument'; Script = { Remove-StoreAddOn $App -Confirm:$false } }
    ) {
        $failure = Get-Failure $Script
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,StoreShip.*"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'remain when the service refuses to delete them' {
        $null = Get-Failure { Remove-StoreAddOn -AddOnId 9NBLGGH4TNMP -Confirm:$false }
        (Get-StoreAddOn $App).id | Should -BeExactly '9NBLGGH4TNMP'
    }

    It 'are shown in one line each' {
        Get-StoreAddOn | Format-Table | Out-String -Width 200 | Should -BeLike '*AddOnId*ProductId*Type*9NBLGGH4TNMP*contoso-coins*Consumable*'
    }

    It 'complete ids that a cmdlet returned, and the product types' {
        $null = Get-StoreAddOn
        $line = 'Remove-StoreAddOn -AddOnId 9nb'
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText |
            Should -Contain '9NBLGGH4TNMP'
        $line = "New-StoreAddOn $App x -ProductType "
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText |
            Should -BeExactly 'Consumable', 'Durable'
    }
}
