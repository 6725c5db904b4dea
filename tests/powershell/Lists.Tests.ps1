# Lists are read page by page: the first object is available before the last page, and no page is read needlessly.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator -ArgumentList '--apps', '250'
    $listed = '*/applications'

    function Get-PageCount { @(Get-Request $emulator 'GET' $listed).Count }
}
AfterAll { Disconnect-Emulator }

Describe 'a list' {
    BeforeEach { $before = Get-PageCount }

    It 'returns its first object before the second page is read' {
        $pages = Get-StoreApp | ForEach-Object { (Get-PageCount) - $before }
        $pages.Count | Should -Be 250
        $pages[0, 99, 100, 249] | Should -Be 1, 1, 2, 3
    }

    It 'has the same items as when it is read at once' {
        $whole = Invoke-StoreOperation app.list
        $apps = @(Get-StoreApp)
        $apps.id | Should -BeExactly $whole.value.id
        $apps[249].StoreBaseline.AppId | Should -BeExactly $whole.value[249].id
        # The library reads pages of the same size.
        (Get-PageCount) - $before | Should -Be 6
    }

    It 'needs <Pages> pages for its first <First> objects' -ForEach @(
        @{ First = 1; Pages = 1 }
        @{ First = 100; Pages = 1 }
        @{ First = 101; Pages = 2 }
    ) {
        @(Get-StoreApp | Select-Object -First $First).Count | Should -Be $First
        (Get-PageCount) - $before | Should -Be $Pages
    }

    It 'is not read further after a break' {
        foreach ($once in 1) {
            Get-StoreApp | ForEach-Object { break }
        }
        (Get-PageCount) - $before | Should -Be 1
    }
}

Describe 'the add-ons of an app' {
    BeforeAll {
        function Get-ListCount { @(Get-Request $emulator 'GET' '*inappproducts').Count }
    }

    It 'are searched in no more pages than needed' {
        # The account has 25 add-ons, of which one on the first page belongs to the app.
        $items = @(1..25 | ForEach-Object { @{ id = "9NADDON$_"; productId = "p$_" } })
        foreach ($n in 0, 1, 2) {
            $last = [Math]::Min(24, 10 * $n + 9)
            $page = [ordered]@{ value = $items[(10 * $n)..$last]; totalCount = 25 }
            if ($n -lt 2) { $page['@nextLink'] = "inappproducts?skip=$(10 * ($n + 1))&top=10" }
            Add-Fault $emulator @{ method = 'GET'; path = '*/inappproducts'; nth = 1 + $n; status = 200; body = ConvertTo-StoreJson $page }
        }
        $own = ConvertTo-StoreJson @{ value = @(@{ inAppProductId = '9NADDON2' }); totalCount = 1 }
        Add-Fault $emulator @{ method = 'GET'; path = '*/listinappproducts'; status = 200; body = $own; count = 2 }
        # For the second app, the page that was read for the first is searched.
        $found = $App, $App | Get-StoreAddOn
        $found.productId | Should -BeExactly 'p2', 'p2'
        @(Get-Request $emulator 'GET' '*/my/inappproducts').Count | Should -Be 1
    }
    It 'are read in one list of large pages' {
        foreach ($n in 1..299) { $null = New-StoreAddOn $App "bulk-$n" Durable }
        $other = New-StoreAddOn 9NBLGGH29DM8 'of-another' Durable
        Send-Control $emulator DELETE requests
        $addOns = @(Get-StoreAddOn $App)
        $addOns.Count | Should -Be 300
        @($addOns.id | Select-Object -Unique).Count | Should -Be 300
        $addOns.id | Should -Not -Contain $other.id
        (Get-Request $emulator).operation | Should -BeExactly (@('listApplicationInAppProducts') + @('listInAppProducts') * 4)
    }

    It 'are written as soon as their page is read' {
        Send-Control $emulator DELETE requests
        Get-StoreAddOn $App | ForEach-Object { Get-ListCount } | Select-Object -First 1 | Should -Be 2
    }

    It 'are all found when the list of the account lacks some' {
        $body = @{ value = @(@{ id = '9NADDON1'; productId = 'p1'; applications = @{ value = @(@{ id = $App }) } }); totalCount = 1 }
        Add-Fault $emulator @{ method = 'GET'; path = '*/my/inappproducts'; status = 200; body = ConvertTo-StoreJson $body; count = 1 }
        $first = @{ value = @(@{ inAppProductId = '9NADDON1' }); totalCount = 2; '@nextLink' = "applications/$App/listinappproducts?skip=1&top=1" }
        $second = @{ value = @(@{ inAppProductId = '9NADDON1' }, @{ inAppProductId = '9NBLGGH4TNMP' }); totalCount = 2 }
        Add-Fault $emulator @{ method = 'GET'; path = '*/listinappproducts'; status = 200; nth = 1; body = ConvertTo-StoreJson $first }
        Add-Fault $emulator @{ method = 'GET'; path = '*/listinappproducts'; status = 200; nth = 2; body = ConvertTo-StoreJson $second }
        (Get-StoreAddOn $App).id | Should -BeExactly '9NADDON1', '9NBLGGH4TNMP'
        Send-Control $emulator DELETE faults
    }
}

Describe 'a list whose pages link in a circle' {
    It 'is an error after its items: <Name>' -ForEach @(
        @{ Name = 'apps'; List = 'applications'; Run = { Get-StoreApp }; Item = @{ id = 'x' } }
        @{ Name = 'flights'; List = 'applications/9NBLGGH4R315/listflights'; Run = { Get-StoreFlight $App }; Item = @{ flightId = 'x' } }
        @{ Name = 'add-ons'; List = 'inappproducts'; Run = { Get-StoreAddOn }; Item = @{ id = 'x' } }
        @{ Name = 'add-ons of an app'; List = 'applications/9NBLGGH4R315/listinappproducts'; Run = { Get-StoreAddOn $App }; Item = @{ inAppProductId = 'x' } }
    ) {
        $emulator = Start-StoreEmulator
        $connection = Connect-Store -Emulator $emulator
        foreach ($n in 1, 2, 3) {
            $body = ConvertTo-StoreJson @{ '@nextLink' = "${List}?skip=$(10 + $n % 2)&top=10"; value = @($Item); totalCount = 99 }
            Add-Fault $emulator @{ method = 'GET'; path = "*/my/$List"; nth = $n; status = 200; body = $body }
        }
        $came = New-Object 'Collections.Generic.List[object]'
        $failure = Get-Failure { & $Run | ForEach-Object { $came.Add($_) } }
        $failure.FullyQualifiedErrorId | Should -BeLike 'service.repeated_link,*'
        @(Get-Request $emulator 'GET' "*/my/$List").Count | Should -Be 3
        if ($Name -ne 'add-ons of an app') { $came.Count | Should -Be 3 }
    }
}
