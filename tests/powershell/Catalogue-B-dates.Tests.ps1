# The catalogue of JSON damage, section B: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
    $server = Start-Server
}
AfterAll { Stop-Server }

Describe 'B: dates and times' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'B1 text becomes a date' {
        ('{"v":"2016-03-01T00:00:00Z"}' | ConvertFrom-Json).v | Should -BeOfType datetime
        ('{"v":"2016-03-01T00:00:00Z"}' | ConvertFrom-StoreJson).v | Should -BeOfType string
        Test-Kept '"2016-03-01T00:00:00Z"'
    }
    It 'B2 the fraction is rewritten' {
        Convert-BuiltIn '"1601-01-01T00:00:00.0000000Z"' | Should -BeExactly '{"v":"1601-01-01T00:00:00Z"}'
        Test-Respelled '"1601-01-01T00:00:00.0000000Z"' '"1601-01-01T00:00:00Z"'
        Test-Kept '"1601-01-01T00:00:00.0000000Z"', '"2016-03-01T00:00:00.000Z"'
    }
    It 'B3 the offset becomes that of the machine' {
        $there = ([DateTimeOffset]'2016-03-01T00:00:00+02:00').ToLocalTime().ToString('yyyy-MM-ddTHH:mm:sszzz', [cultureinfo]::InvariantCulture)
        Convert-BuiltIn '"2016-03-01T00:00:00+02:00"' | Should -BeExactly "{`"v`":`"$there`"}"
        Test-Respelled '"2016-03-01T00:00:00+02:00"' '"2016-02-29T14:00:00-08:00"'
        Test-Kept '"2016-03-01T00:00:00+02:00"'
    }
    It 'B4 midnight moves to the next day' {
        Convert-BuiltIn '"2016-03-01T24:00:00Z"' | Should -BeExactly '{"v":"2016-03-02T00:00:00Z"}'
        Test-Respelled '"2016-03-01T24:00:00Z"' '"2016-03-02T00:00:00Z"'
        Test-Kept '"2016-03-01T24:00:00Z"', '"0001-01-01T00:00:00+05:00"'
    }
    It 'B5 /Date(n)/ is a date too' {
        Convert-BuiltIn '"/Date(1456790400000)/"' | Should -BeExactly '{"v":"2016-03-01T00:00:00Z"}'
        Test-Respelled '"/Date(1456790400000)/"' '"2016-03-01T00:00:00Z"'
        Test-Kept '"/Date(1456790400000)/"', '"\/Date(1456790400000+0200)\/"'
    }
    It 'B6 ours: a date is written as ISO 8601, /Date(n)/ is refused' {
        Write-Document @{ v = [datetime]::SpecifyKind([datetime]'2016-03-01T00:00:00.1234567', 'Utc') } | Should -BeExactly '{"v":"2016-03-01T00:00:00.1234567Z"}'
        Get-TextGuard '"2016-03-01T00:00:00Z"' '"\/Date(1456790400123)\/"' | Should -Be 'K3'
    }
    It 'B7 Get-Date has members of its own' {
        $date = Get-Date -Date ([datetime]'2016-03-01T00:00:00Z')
        $date.psobject.Properties.Name | Should -Contain 'DisplayHint'
        ConvertTo-Json @{ v = $date } -Compress | Should -BeExactly "{`"v`":`"$($date.ToString('yyyy-MM-ddTHH:mm:sszzz', [cultureinfo]::InvariantCulture))`"}"
        Write-Document @{ v = $date } | Should -BeExactly '{"v":"2016-03-01T00:00:00Z"}'
        Get-TextGuard '"2016-03-01T00:00:00Z"' '{"value":"2016-03-01T00:00:00Z","DisplayHint":2,"DateTime":"x"}' | Should -Be 'K2'
    }
    It 'B8 in a text the date is American' {
        "$(('{"v":"2016-03-01T00:00:00Z"}' | ConvertFrom-Json).v)" | Should -BeExactly '03/01/2016 00:00:00'
        "$(('{"v":"2016-03-01T00:00:00Z"}' | ConvertFrom-StoreJson).v)" | Should -BeExactly '2016-03-01T00:00:00Z'
    }
    It 'B9 a title that looks like a date' {
        ('{"title":"2026-01-01T00:00:00"}' | ConvertFrom-Json).title | Should -BeOfType datetime
        ('{"title":"2026-01-01T00:00:00"}' | ConvertFrom-StoreJson).title | Should -BeExactly '2026-01-01T00:00:00'
    }
    It 'B10 Invoke-RestMethod cannot leave dates alone' {
        (Get-Command Invoke-RestMethod).Parameters.Keys | Should -Not -Contain 'DateKind'
        Set-Answer '{"v":"2016-03-01T00:00:00.000Z"}'
        $fetched = Invoke-RestMethod $server.Url
        $fetched.v | Should -BeOfType datetime
        $document = ConvertFrom-StoreJson '{"v":"2016-03-01T00:00:00.000Z"}'
        $document.v = $fetched.v
        Write-Edited $document | Should -BeExactly '{"v":"2016-03-01T00:00:00.000Z"}'
    }
    It 'B11 a time span becomes its parts' {
        ConvertTo-Json @{ v = [timespan]'1:00' } -Compress | Should -BeLike '{"v":{"Ticks":*'
        "$(Get-Failure { Write-Document @{ v = [timespan]'1:00' } })" | Should -BeLike '*at /v *TimeSpan*'
    }
}
