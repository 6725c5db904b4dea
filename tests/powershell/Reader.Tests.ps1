BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'ConvertFrom-StoreJson' {
    It 'reads <Json> as <Type>' -ForEach @(
        @{ Json = '"2016-03-01T00:00:00Z"'; Type = 'String' }
        @{ Json = '"/Date(1456790400000)/"'; Type = 'String' }
        @{ Json = '"6f9619ff-8b86-d011-b42d-00c04fc964ff"'; Type = 'String' }
        @{ Json = 'true'; Type = 'Boolean' }
        @{ Json = '1'; Type = 'Int32' }
        @{ Json = '-2147483648'; Type = 'Int32' }
        @{ Json = '2147483648'; Type = 'Int64' }
        @{ Json = '9223372036854775808'; Type = 'BigInteger' }
        @{ Json = '1.10'; Type = 'Decimal' }
        @{ Json = '1e5'; Type = 'Decimal' }
        @{ Json = '-0.0'; Type = 'Decimal' }
        @{ Json = '0.12345678901234567890123456789012'; Type = 'Double' }
        @{ Json = '1e400'; Type = 'Double' }
        @{ Json = '1e99999999999'; Type = 'Double' }
        @{ Json = '[]'; Type = 'Object[]' }
        @{ Json = '["a"]'; Type = 'Object[]' }
        @{ Json = '{}'; Type = 'PSCustomObject' }
        @{ Json = '{"":1}'; Type = 'StoreMap' }
        @{ Json = '{"psobject":1}'; Type = 'StoreMap' }
        @{ Json = '{"en-US":1,"en-us":2}'; Type = 'StoreMap' }
    ) {
        (ConvertFrom-StoreJson $Json).GetType().Name | Should -BeExactly $Type
    }

    It 'reads the value of <Json>' -ForEach @(
        @{ Json = '-0'; Text = '0' }
        @{ Json = '1.10'; Text = '1.10' }
        @{ Json = '1e5'; Text = '100000' }
        @{ Json = '0.0'; Text = '0.0' }
        @{ Json = '12345678901234567890123456789'; Text = '12345678901234567890123456789' }
    ) {
        $value = ConvertFrom-StoreJson $Json
        $value.ToString([Globalization.CultureInfo]::InvariantCulture) | Should -BeExactly $Text
    }

    It 'reads every escape' {
        $text = ConvertFrom-StoreJson '"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"'
        $text | Should -BeExactly ("""\/`b`f`n`r`t" + [char]0xe9 + [char]0xd83d + [char]0xde00)
    }

    It 'keeps an unpaired surrogate' {
        [int](ConvertFrom-StoreJson '"\ud800"')[0] | Should -Be 0xd800
    }

    It 'reads null as nothing' { ConvertFrom-StoreJson 'null' | Should -BeNullOrEmpty }

    It 'keeps the order of the members' {
        $document = ConvertFrom-StoreJson '{"z":1,"a":2,"m":3}'
        @($document.psobject.Properties | ForEach-Object { $_.Name }) -join '' | Should -BeExactly 'zam'
    }

    It 'returns the last value of a member that the service repeated' {
        (Invoke-StoreOperation document.get '{"document":{"a":1,"a":2},"pointer":""}').a | Should -Be 2
    }

    It 'reads 10000 levels' {
        $json = ('[' * 10000) + (']' * 10000)
        ConvertFrom-StoreJson $json | ConvertTo-StoreJson -Compress | Should -BeExactly $json
    }

    It 'refuses <Json>' -ForEach @(
        @{ Json = ''; Message = '*empty*' }
        @{ Json = '{"a":1,}'; Message = '*line 1, column 8' }
        @{ Json = '[1,]'; Message = '*value is missing*' }
        @{ Json = "{'a':1}"; Message = '*double quotes*' }
        @{ Json = '[1 2]'; Message = '*comma*' }
        @{ Json = '[01]'; Message = '*zero*' }
        @{ Json = '[1.]'; Message = '*digit*' }
        @{ Json = '[+1]'; Message = '*value is missing*' }
        @{ Json = '[NaN]'; Message = '*value is missing*' }
        @{ Json = '[1] // x'; Message = '*follow*' }
        @{ Json = '["\x"]'; Message = '*escape*' }
        @{ Json = '["\u12g4"]'; Message = '*hexadecimal*' }
        @{ Json = "[`"a`tb`"]"; Message = '*control character*' }
        @{ Json = "{`n `"a`" 1}"; Message = '*colon*line 2, column 6' }
        @{ Json = '{"a":1'; Message = '*ends too early*' }
        @{ Json = '["a'; Message = '*not closed*' }
        @{ Json = '{"a":,"b":1}'; Message = '*value is missing*' }
    ) {
        $failure = Get-Failure { ConvertFrom-StoreJson $Json }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.invalid,*'
        "$failure" | Should -BeLike $Message
    }

    It 'refuses 10001 levels' {
        "$(Get-Failure { ConvertFrom-StoreJson ('[' * 10001) })" | Should -BeLike '*deeper than 10000*'
    }

    It 'joins the lines of a pipeline' { ('{', '"a":', '1}' | ConvertFrom-StoreJson).a | Should -Be 1 }

    It 'returns an array as one object' { ('[1,2]' | ConvertFrom-StoreJson).Count | Should -Be 2 }

    It 'reads a file with a byte order mark as UTF-8' {
        $path = Join-Path $TestDrive 'a.json'
        [IO.File]::WriteAllText($path, ('{"t":"' + [char]0xe9 + '"}'), (New-Object Text.UTF8Encoding $true))
        (ConvertFrom-StoreJson -Path $path).t | Should -BeExactly ([string][char]0xe9)
    }

    It 'refuses a file that Windows PowerShell 5.1 has written in UTF-16, and says how it writes UTF-8' {
        $path = Join-Path $TestDrive 'utf16.json'
        '{"t":1}' | Out-File $path -Encoding unicode
        $failure = Get-Failure { ConvertFrom-StoreJson -Path $path }
        "$failure" | Should -BeLike '*is UTF-16, not UTF-8'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Out-File*-Encoding utf8*'
    }

    It 'refuses a file that is not UTF-8' {
        $path = Join-Path $TestDrive 'latin1.json'
        [IO.File]::WriteAllBytes($path, [byte[]](0x22, 0xe9, 0x22))
        "$(Get-Failure { ConvertFrom-StoreJson -Path $path })" | Should -BeLike '*not UTF-8'
    }

    It 'refuses the path <_>' -ForEach 'env:HOME', 'nowhere:\a.json', ' ' {
        $path = $_
        (Get-Failure { ConvertFrom-StoreJson -Path $path }).FullyQualifiedErrorId | Should -BeLike 'file.name,*'
    }

    It 'fails when a file is missing' {
        (Get-Failure { ConvertFrom-StoreJson -Path (Join-Path $TestDrive 'none.json') }).FullyQualifiedErrorId |
            Should -BeLike 'file.not_found,*'
    }
}

Describe 'ConvertFrom-StoreJson -AsHashtable' {
    It 'finds keys in any letter case and keeps their spelling' {
        $map = ConvertFrom-StoreJson '{"visibility":"Public","b":1}' -AsHashtable
        $map.Visibility = 'Hidden'
        $map.new = 2
        ConvertTo-StoreJson $map -Compress | Should -BeExactly '{"visibility":"Hidden","b":1,"new":2}'
    }

    It 'keeps keys apart that differ in letter case' {
        $map = ConvertFrom-StoreJson '{"en-US":1,"en-us":2}' -AsHashtable
        $map['en-us'] = 3
        ConvertTo-StoreJson $map -Compress | Should -BeExactly '{"en-US":1,"en-us":3}'
    }
}
