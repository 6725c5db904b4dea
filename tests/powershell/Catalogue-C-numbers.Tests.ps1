# The catalogue of JSON damage, section C: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
}

Describe 'C: numbers' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'C1 the scale is lost' {
        Convert-BuiltIn '[1.10,100.00]' | Should -BeExactly '{"v":[1.1,100.0]}'
        Test-Kept '[1.10,100.00]'
        Write-Document (ConvertFrom-StoreJson '{"v":1.10}') | Should -BeExactly '{"v":1.10}'
    }
    It 'C2 exponents are rewritten' {
        Convert-BuiltIn '[1e5,1e400,1e-7]' | Should -BeExactly '{"v":[100000.0,"Infinity",1E-07]}'
        Get-TextGuard '1e400' '"Infinity"' | Should -Be 'K7'
        Test-Kept '[1e5,1E400,1e-7]'
    }
    It 'C3 the type of a whole number' {
        ('{"v":1}' | ConvertFrom-Json).v | Should -BeOfType long
        ('{"v":1}' | ConvertFrom-StoreJson).v | Should -BeOfType int
        ('{"v":2147483648}' | ConvertFrom-StoreJson).v | Should -BeOfType long
    }
    It 'C4 numbers beyond 64 bits' {
        $built = Convert-BuiltIn '9223372036854775808'
        if ($PSVersionTable.PSVersion -ge '7.5') { $built | Should -BeExactly '{"v":9223372036854775808}' }
        else { $built | Should -BeLike '*IsPowerOfTwo*' }
        Get-TextGuard '9223372036854775808' '{"IsPowerOfTwo":true,"IsZero":false,"IsOne":false,"IsEven":true,"Sign":1}' | Should -Be 'K2'
        ('{"v":9223372036854775808}' | ConvertFrom-StoreJson).v | Should -BeOfType bigint
        Write-Document (ConvertFrom-StoreJson '{"v":9223372036854775808}') | Should -BeExactly '{"v":9223372036854775808}'
    }
    It 'C5 precision' {
        Convert-BuiltIn '[9007199254740993.0,0.1234567890123456789]' | Should -BeExactly '{"v":[9007199254740992.0,0.12345678901234568]}'
        Write-Document (ConvertFrom-StoreJson '{"v":[9007199254740993.0,0.1234567890123456789]}') | Should -BeExactly '{"v":[9007199254740993.0,0.1234567890123456789]}'
        Test-Kept '1.234567890123456789012345678901234567890'
    }
    It 'C6 negative zero' {
        Convert-BuiltIn '[-0,-0.0]' | Should -BeExactly '{"v":[0,-0.0]}'
        Test-Kept '[-0,-0.0]'
    }
    It 'C7 NaN' {
        Convert-BuiltIn '[NaN]' | Should -BeExactly '{"v":["NaN"]}'
        "$(Get-Failure { ConvertFrom-StoreJson '{"v":[NaN]}' })" | Should -BeLike '*line 1*'
        "$(Get-Failure { Write-Document @{ v = [double]::NaN } })" | Should -BeLike '*at /v *NaN*'
    }
    It 'C8 whole numbers become fractions' {
        ConvertTo-Json ([decimal]1) | Should -BeExactly '1.0'
        ConvertTo-Json (2147483647 + 1) | Should -BeExactly '2147483648.0'
        Write-Document ([decimal]1) | Should -BeExactly '1'
        Write-Document (2147483647 + 1) | Should -BeExactly '2147483648'
    }
    It 'C9 octal and hexadecimal' {
        Convert-BuiltIn '[010,0x10]' | Should -BeExactly '{"v":[8,16]}'
        foreach ($number in '010', '0x10') { "$(Get-Failure { ConvertFrom-StoreJson "[$number]" })" | Should -BeLike '*line 1*' }
    }
    It 'C10 ours: a double keeps its value' { Write-Document 0.84551240822557006 | Should -BeExactly '0.8455124082255701' }
    It 'C11 enumerations become numbers' {
        ConvertTo-Json @{ v = [DayOfWeek]::Monday } -Compress | Should -BeExactly '{"v":1}'
        Write-Document @{ v = [DayOfWeek]::Monday } | Should -BeExactly '{"v":"Monday"}'
    }
    It 'C12 numbers and flags that are text' {
        [bool]'false' | Should -BeTrue
        $document = ConvertFrom-StoreJson '{"pct":0.0,"flag":false}'
        $document.pct = ("pct,flag`n25,false" | ConvertFrom-Csv).pct
        Get-Guard $document | Should -Be 'K7'
        $document.pct = 25
        $document.flag = 'false'
        Get-Guard $document | Should -Be 'K7'
    }
}
