# The catalogue of JSON damage, sections A to I: one case a row, named by its id, with what the built-in cmdlets of
# PowerShell 7 do and what ours give. Rows whose damage only Windows PowerShell 5.1 does have our half here and are
# listed at the end as not run.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $e = [string][char]0xe9

    # {"v":...} through the built-in cmdlets, at a depth that cuts nothing.
    function Convert-BuiltIn([string] $Value) { "{`"v`":$Value}" | ConvertFrom-Json | ConvertTo-Json -Depth 100 -Compress }

    # {"v":...} through ours, to be the same text.
    function Test-Kept([string[]] $Values) {
        foreach ($value in $Values) { Write-Edited (ConvertFrom-StoreJson "{`"v`":$value}") | Should -BeExactly "{`"v`":$value}" }
    }

    # The guards that refuse an object that was edited, or one text for another.
    function Get-Guard([object] $Document) { (Merge-Text $Document.StoreBaseline.Text (Write-Document $Document)).Guards }
    function Get-TextGuard([string] $Baseline, [string] $Edited) { (Merge-Text "{`"v`":$Baseline}" "{`"v`":$Edited}").Guards }

    # A web server that gives any bytes: set Type and Body; Seen has the body of the last request.
    function Start-Server {
        $probe = New-Object Net.Sockets.TcpListener ([Net.IPAddress]::Loopback), 0
        $probe.Start()
        $port = $probe.LocalEndpoint.Port
        $probe.Stop()
        $listener = New-Object Net.HttpListener
        $listener.Prefixes.Add("http://127.0.0.1:$port/")
        $listener.Start()
        $server = [hashtable]::Synchronized(@{ Url = "http://127.0.0.1:$port/"; Listener = $listener; Type = 'application/json'; Body = [byte[]]@(); Seen = '' })
        $server.Shell = [powershell]::Create()
        $null = $server.Shell.AddScript({
                param($server)
                while ($server.Listener.IsListening) {
                    try { $context = $server.Listener.GetContext() } catch { return }
                    $server.Seen = (New-Object IO.StreamReader $context.Request.InputStream).ReadToEnd()
                    $context.Response.ContentType = $server.Type
                    $context.Response.Close($server.Body, $false)
                }
            }).AddArgument($server).BeginInvoke()
        $server
    }
    function Set-Answer([string] $Json) { $server.Body = [Text.Encoding]::UTF8.GetBytes($Json) }

    $server = Start-Server
}

AfterAll {
    $server.Listener.Stop()
    $server.Shell.Dispose()
}

Describe 'A: depth and size' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'A1 the default depth cuts' {
        $text = '{"v":{"b":{"c":{"d":1}}}}'
        $cut = $text | ConvertFrom-Json | ConvertTo-Json -Compress -WarningAction SilentlyContinue
        $cut | Should -BeExactly '{"v":{"b":{"c":"@{d=1}"}}}'
        (Merge-Text $text $cut).Guards | Should -Be 'K1'
        Test-Kept '{"b":{"c":{"d":1}}}'
    }
    It 'A2 cut lists and objects look like text' {
        $text = '{"v":{"q":{"langs":["en-US"],"none":[],"o":{},"two":["a","b"],"objects":[{"g":1}]}}}'
        $cut = $text | ConvertFrom-Json | ConvertTo-Json -Compress -WarningAction SilentlyContinue
        $cut | Should -BeExactly '{"v":{"q":{"langs":"en-US","none":"","o":"","two":"a b","objects":""}}}'
        (Merge-Text $text $cut).Guards | Should -Be 'K1'
        Write-Edited (ConvertFrom-StoreJson $text) | Should -BeExactly $text
    }
    It 'A3 100 levels are the most' {
        { ConvertTo-Json @{ a = 1 } -Depth 101 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        $text = '{"v":' + '[' * 150 + ']' * 150 + '}'
        $text | ConvertFrom-Json | ConvertTo-Json -Depth 100 -Compress -WarningAction SilentlyContinue | Should -Not -Be $text
        Write-Document (ConvertFrom-StoreJson $text) | Should -BeExactly $text
    }
    It 'A4 a warning protects nobody' {
        $text = '{"v":{"b":{"c":{"d":1}}}}'
        $cut = $text | ConvertFrom-Json | ConvertTo-Json -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction Stop
        $? | Should -BeTrue
        $warned | Should -HaveCount 1
        (Get-Failure { Invoke-StoreOperation document.merge "{`"baseline`":$text,`"edited`":$cut}" -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
    }
    It 'A5 reading has a depth too' {
        $text = '[' * 1100 + ']' * 1100
        { $text | ConvertFrom-Json } | Should -Throw
        Set-Answer $text
        Invoke-RestMethod $server.Url | Should -BeOfType string
        Write-Document (ConvertFrom-StoreJson "{`"v`":$text}") | Should -BeExactly "{`"v`":$text}"
    }
    It 'A6 rich objects and cycles explode' {
        (ConvertTo-Json { 1 } -Depth 4 -Compress -WarningAction SilentlyContinue).Length | Should -BeGreaterThan 100000
        "$(Get-Failure { ConvertTo-StoreJson @{ v = { 1 } } })" | Should -BeLike '*at /v *ScriptBlock*'
        $cycle = @{}
        $cycle.me = $cycle
        (ConvertTo-Json $cycle -Depth 100 -Compress -WarningAction SilentlyContinue).Length | Should -BeGreaterThan 600
        "$(Get-Failure { Write-Document $cycle })" | Should -BeLike '*/me contains itself'
    }
    It 'A7 a job adds members' {
        $object = Start-Job { ConvertFrom-Json '{"a":{"b":{"c":{"d":[1]}}}}' } | Receive-Job -Wait -AutoRemoveJob
        $object | ConvertTo-Json -Depth 100 | Should -BeLike '*"RunspaceId"*'
        Write-Document $object | Should -BeExactly '{"a":{"b":{"c":{"d":[1]}}}}'
    }
}

Describe 'B: dates and times' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'B1 text becomes a date' {
        ('{"v":"2016-03-01T00:00:00Z"}' | ConvertFrom-Json).v | Should -BeOfType datetime
        ('{"v":"2016-03-01T00:00:00Z"}' | ConvertFrom-StoreJson).v | Should -BeOfType string
        Test-Kept '"2016-03-01T00:00:00Z"'
    }
    It 'B2 the fraction is rewritten' {
        Convert-BuiltIn '"1601-01-01T00:00:00.0000000Z"' | Should -BeExactly '{"v":"1601-01-01T00:00:00Z"}'
        Get-TextGuard '"1601-01-01T00:00:00.0000000Z"' '"1601-01-01T00:00:00Z"' | Should -Be 'K9'
        Test-Kept '"1601-01-01T00:00:00.0000000Z"', '"2016-03-01T00:00:00.000Z"'
    }
    It 'B3 the offset becomes that of the machine' {
        $there = ([DateTimeOffset]'2016-03-01T00:00:00+02:00').ToLocalTime().ToString('yyyy-MM-ddTHH:mm:sszzz', [cultureinfo]::InvariantCulture)
        Convert-BuiltIn '"2016-03-01T00:00:00+02:00"' | Should -BeExactly "{`"v`":`"$there`"}"
        Get-TextGuard '"2016-03-01T00:00:00+02:00"' '"2016-02-29T14:00:00-08:00"' | Should -Be 'K9'
        Test-Kept '"2016-03-01T00:00:00+02:00"'
    }
    It 'B4 midnight moves to the next day' {
        Convert-BuiltIn '"2016-03-01T24:00:00Z"' | Should -BeExactly '{"v":"2016-03-02T00:00:00Z"}'
        Get-TextGuard '"2016-03-01T24:00:00Z"' '"2016-03-02T00:00:00Z"' | Should -Be 'K9'
        Test-Kept '"2016-03-01T24:00:00Z"', '"0001-01-01T00:00:00+05:00"'
    }
    It 'B5 /Date(n)/ is a date too' {
        Convert-BuiltIn '"/Date(1456790400000)/"' | Should -BeExactly '{"v":"2016-03-01T00:00:00Z"}'
        Get-TextGuard '"/Date(1456790400000)/"' '"2016-03-01T00:00:00Z"' | Should -Be 'K9'
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

Describe 'D: lists, empty values, null' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'D1 a list at the top is unrolled' {
        '[1]' | ConvertFrom-Json | ConvertTo-Json | Should -BeExactly '1'
        Write-Document (ConvertFrom-StoreJson '[1]') | Should -BeExactly '[1]'
    }
    It 'D2 a pipe takes a list apart' {
        @('a') | ConvertTo-Json | Should -BeExactly '"a"'
        Write-Document @('a') | Should -BeExactly '["a"]'
        Test-Kept '["Touch"]'
    }
    It 'D3 an empty list vanishes' {
        @() | ConvertTo-Json -AsArray | Should -BeNullOrEmpty
        '[]' | ConvertFrom-Json | Should -BeNullOrEmpty
        , (ConvertFrom-StoreJson '[]') | Should -BeOfType array
        Write-Document (ConvertFrom-StoreJson '[]') | Should -BeExactly '[]'
    }
    It 'D4 an assignment from a pipe changes the shape' {
        $built = '{"v":["old","epub"]}' | ConvertFrom-Json
        $built.v = $built.v | Where-Object { $_ -ne 'old' }
        $built | ConvertTo-Json -Compress | Should -BeExactly '{"v":"epub"}'
        $ours = '{"v":["old","epub"]}' | ConvertFrom-StoreJson
        $ours.v = $ours.v | Where-Object { $_ -ne 'old' }
        Write-Edited $ours | Should -BeExactly '{"v":["epub"]}'
        $ours.v = $ours.v | Where-Object { $_ -ne 'epub' }
        Get-Guard $ours | Should -Be 'K10'
    }
    It 'D5 += on an unrolled list joins texts' {
        $words = @('epub') | Where-Object { $_ }
        $words += 'pdf'
        $words | Should -BeExactly 'epubpdf'
        $merged = Merge-Text '{"v":["epub"]}' (Write-Document @{ v = $words })
        $merged.Text | Should -BeExactly '{"v":["epubpdf"]}'
        $merged.Edits.path | Should -BeExactly '/v/0'
    }
    It 'D6 the cures wrap too much' {
        function one { , @('a') }
        ConvertTo-Json (one) -Compress | Should -BeExactly '["a"]'
        ConvertTo-Json @(one) -Compress | Should -BeExactly '[["a"]]'
        $document = ConvertFrom-StoreJson '{"v":["b"]}'
        $document.v = one
        Write-Edited $document | Should -BeExactly '{"v":["a"]}'
        $document.v = @(one)
        Get-Guard $document | Should -Be 'K4'
    }
    It 'D7 a command without output' {
        [pscustomobject]@{ v = . { } } | ConvertTo-Json -Compress | Should -BeExactly '{"v":null}'
        $document = ConvertFrom-StoreJson '{"o":{"v":["a"]}}'
        $document.o = @{ v = . { } }
        Write-Edited $document | Should -BeExactly '{"o":{"v":[]}}'
    }
    It 'D8 ours: a list stays one, {"value","Count"} is refused' {
        Write-Document @(1, @(2, 3), 4) | Should -BeExactly '[1,[2,3],4]'
        Write-Document (Add-Member -InputObject @(2, 3) Count2 2 -PassThru) | Should -BeExactly '[2,3]'
        Get-TextGuard '[2,3]' '{"value":[2,3],"Count":2}' | Should -Be 'K2'
    }
    It 'D9 null in a list' {
        1, $null, 2 | ConvertTo-Json -Compress | Should -BeExactly '[1,null,2]'
        Write-Document @(1, $null, 2) | Should -BeExactly '[1,null,2]'
    }
    It 'D10 null becomes an empty text' {
        [string]$typed = $null
        ConvertTo-Json @{ v = $typed } -Compress | Should -BeExactly '{"v":""}'
        $merged = Merge-Text '{"v":null}' (Write-Document @{ v = $typed })
        $merged.Edits.path | Should -BeExactly '/v'
    }
    It 'D11 Get-Content gives lines' {
        [IO.File]::WriteAllText("$TestDrive/notes.txt", "one`ntwo`n")
        ConvertTo-Json @{ v = Get-Content "$TestDrive/notes.txt" } -Compress | Should -BeExactly '{"v":["one","two"]}'
        $document = ConvertFrom-StoreJson '{"v":"text"}'
        $document.v = Get-Content "$TestDrive/notes.txt"
        Get-Guard $document | Should -Be 'K4'
        $document.v = Get-Content "$TestDrive/notes.txt" -Raw
        Write-Edited $document | Should -BeExactly '{"v":"one\ntwo\n"}'
    }
    It 'D12 a blank first line is a document' {
        @('', '{"a":1}' | ConvertFrom-Json).Count | Should -Be 2
        @('', '{"a":1}' | ConvertFrom-StoreJson).Count | Should -Be 1
    }
    It 'D13 lists come as one object or as many' {
        Set-Answer '[{"id":1},{"id":2}]'
        @(Invoke-RestMethod $server.Url | ForEach-Object { 1 }).Count | Should -Be 1
        @('[{"id":1},{"id":2}]' | ConvertFrom-Json | ForEach-Object { 1 }).Count | Should -Be 2
        @('[{"id":1},{"id":2}]' | ConvertFrom-StoreJson | ForEach-Object { 1 }).Count | Should -Be 1
    }
    It 'D14 nothing is read as null' {
        '' | ConvertFrom-Json | Should -Be $null
        Set-Answer ''
        Invoke-RestMethod $server.Url | Should -BeExactly ''
        (Get-Failure { '' | ConvertFrom-StoreJson }).FullyQualifiedErrorId | Should -BeLike 'document.invalid,*'
    }
    It 'D15 null, missing and empty are different' {
        foreach ($empty in 'null', '[]', '{}', '""') { Test-Kept $empty }
        ('{"v":null}' | ConvertFrom-Json).v -eq ('{}' | ConvertFrom-Json).v | Should -BeTrue
        foreach ($container in '[1]', '{"a":1}') { Get-TextGuard $container 'null' | Should -Be 'K10' }
        (Merge-Text '{"v":null}' '{}').Edits.op | Should -BeExactly 'remove'
    }
}

Describe 'E: keys, objects, identity' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'E1 names that differ in case' {
        { '{"A":1,"a":2}' | ConvertFrom-Json } | Should -Throw -ErrorId 'KeysWithDifferentCasingInJsonString,*'
        Set-Answer '{"A":1,"a":2}'
        Invoke-RestMethod $server.Url | Should -BeOfType string
        Test-Kept '{"A":1,"a":2}'
        Write-Document (ConvertFrom-StoreJson '{"A":1,"a":2}') | Should -BeExactly '{"A":1,"a":2}'
    }
    It 'E2 the same name twice' {
        Convert-BuiltIn '{"a":1,"a":2}' | Should -BeExactly '{"v":{"a":2}}'
        $document = ConvertFrom-StoreJson '{"a":1,"a":2}'
        Write-Edited $document | Should -BeExactly '{"a":1,"a":2}'
        $document.a = 3
        Write-Edited $document | Should -BeExactly '{"a":1,"a":3}'
    }
    It 'E3 an empty name' {
        { '{"":1}' | ConvertFrom-Json } | Should -Throw -ErrorId 'EmptyKeyInJsonString,*'
        Test-Kept '{"":1}'
    }
    It 'E4 reserved names' {
        foreach ($name in 'psobject', 'PSBase', 'psadapted', 'psextended', 'pstypenames') {
            { "{`"$name`":1}" | ConvertFrom-Json } | Should -Throw
            Test-Kept "{`"$name`":1}"
        }
    }
    It 'E5 ours: __type stays' { Test-Kept '{"__type":"x","a":1}' }
    It 'E6 -AsHashtable adds a second key' {
        $built = '{"visibility":"Public"}' | ConvertFrom-Json -AsHashtable
        $built.Visibility = 'Hidden'
        $built.Count | Should -Be 2
        (Merge-Text '{"visibility":"Public"}' ($built | ConvertTo-Json)).Guards | Should -Be 'K6'
        $ours = '{"visibility":"Public"}' | ConvertFrom-StoreJson -AsHashtable
        $ours.Visibility = 'Hidden'
        Write-Document $ours | Should -BeExactly '{"visibility":"Hidden"}'
    }
    It 'E7 the order of a hashtable' {
        Write-Document @{ c = 1; a = 2; b = 3 } | Should -BeExactly '{"a":2,"b":3,"c":1}'
        Write-Document ([ordered]@{ c = 1; a = 2; b = 3 }) | Should -BeExactly '{"c":1,"a":2,"b":3}'
    }
    It 'E8 keys that hide members' {
        @{ Keys = 'x'; a = 1 }.Keys | Should -BeExactly 'x'
        Write-Document @{ Keys = 'x'; a = 1; Count = 9 } | Should -BeExactly '{"Count":9,"Keys":"x","a":1}'
    }
    It 'E9 a number as key' {
        { @{ 1 = 'a' } | ConvertTo-Json } | Should -Throw -ErrorId 'NonStringKeyInDictionary,*'
        "$(Get-Failure { Write-Document @{ v = @{ 1 = 'a' } } })" | Should -BeLike '*at /v *the key 1*'
    }
    It 'E10 a new property' {
        { ('{"v":{}}' | ConvertFrom-Json).v.'fr-fr' = 1 } | Should -Throw
        { ('{"v":{}}' | ConvertFrom-StoreJson).v.'fr-fr' = 1 } | Should -Throw
        $map = '{"v":{}}' | ConvertFrom-StoreJson -AsHashtable
        $map.v.'fr-fr' = 1
        Write-Document $map | Should -BeExactly '{"v":{"fr-fr":1}}'
    }
    It 'E11 strict mode' {
        $document = '{"v":1}' | ConvertFrom-StoreJson
        $document.nope | Should -Be $null
        { Set-StrictMode -Version 2; $document.nope } | Should -Throw
        (Get-Failure { Invoke-StoreOperation document.get @{ document = $document; pointer = '/nope' } }).FullyQualifiedErrorId | Should -BeLike 'document.*'
    }
    It 'E12 Select-Object drops the rest' {
        $text = '{"id":"1","visibility":"Public","pricing":{},"listings":{},"notes":"","x":1}'
        $picked = $text | ConvertFrom-Json | Select-Object id, visibility | ConvertTo-Json -Compress
        $picked | Should -BeExactly '{"id":"1","visibility":"Public"}'
        (Merge-Text $text $picked).Guards | Should -Be 'K5'
        (Get-Failure { ($text | ConvertFrom-StoreJson | Select-Object id).ToJson() }).FullyQualifiedErrorId | Should -BeExactly 'MethodNotFound'
    }
    It 'E13 -ExpandProperty writes into the object' {
        $document = '{"id":7000,"pricing":{"p":1}}' | ConvertFrom-StoreJson
        $null = $document | Select-Object id -ExpandProperty pricing
        $merged = Merge-Text $document.StoreBaseline.Text (Write-Document $document)
        $merged.Edits.path | Should -BeExactly '/pricing/id'
    }
    It 'E14 two names for one object' {
        $document = '{"en":{"t":"a"}}' | ConvertFrom-StoreJson
        $document | Add-Member fr $document.en
        $document.fr.t = 'b'
        $merged = Merge-Text $document.StoreBaseline.Text (Write-Document $document)
        $merged.Edits.path | Should -BeExactly '/en/t', '/fr'
    }
    It 'E15 properties that run' {
        $object = [pscustomobject]@{ a = 1 } | Add-Member ScriptProperty d { $this.a * 2 } -PassThru
        $object | ConvertTo-Json -Compress | Should -BeExactly '{"a":1,"d":2}'
        "$(Get-Failure { Write-Document $object })" | Should -BeLike '*member d*'
    }
    It 'E16 members on a shared value' {
        9 | Add-Member StoreTest 1
        try {
            3 * 3 | ConvertTo-Json -Compress | Should -BeExactly '{"value":9,"StoreTest":1}'
            Write-Document @{ v = 3 * 3 | ForEach-Object { $_ } } | Should -BeExactly '{"v":9}'
        }
        finally { (9).psobject.Properties.Remove('StoreTest') }
    }
}

Describe 'F: text' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'F1 ours: nothing is escaped for HTML, and escapes are no edit' {
        Write-Document "it's <b> & more" | Should -BeExactly '"it''s <b> & more"'
        Test-Kept '"it\u0027s \u003cb\u003e"', '"it''s <b>"'
        (Merge-Text '{"v":"it''s <b> &"}' '{"v":"it\u0027s \u003cb\u003e \u0026"}').Edits | Should -HaveCount 0
    }
    It 'F2 the popular cure corrupts' {
        $cured = [regex]::Unescape((ConvertTo-Json @{ v = 'Trailers\Contoso.mp4' } -Compress))
        $cured | Should -BeExactly '{"v":"Trailers\Contoso.mp4"}'
        { Merge-Text '{"v":"Trailers\\Contoso.mp4"}' $cured } | Should -Throw
        Test-Kept '"Trailers\\Contoso.mp4"'
    }
    It 'F3 escapes are rewritten' {
        $smile = [string][char]0xd83d + [char]0xde00
        Convert-BuiltIn '"a\/b\ud83d\ude00"' | Should -BeExactly "{`"v`":`"a/b$smile`"}"
        Test-Kept '"a\/b\ud83d\ude00\u007f"'
    }
    It 'F4 half a surrogate pair' {
        ('{"v":"\ud800"}' | ConvertFrom-Json).v | Should -BeExactly ([string][char]0xfffd)
        Get-TextGuard '"\ud800"' '"\ufffd"' | Should -Be 'K8'
        Test-Kept '"\ud800"'
        Write-Document ([string][char]0xd800) | Should -BeExactly '"\ud800"'
    }
    It 'F5 Get-Content puts members on text' {
        [IO.File]::WriteAllText("$TestDrive/notes.txt", 'notes')
        $text = Get-Content "$TestDrive/notes.txt" -Raw
        $text.psobject.Properties.Name | Should -Contain 'PSPath'
        ConvertTo-Json @{ v = $text } -Compress | Should -BeExactly '{"v":"notes"}'
        Write-Document @{ v = $text } | Should -BeExactly '{"v":"notes"}'
        Get-TextGuard '"notes"' '{"value":"notes","PSPath":"x","ReadCount":1}' | Should -Be 'K2'
    }
    It 'F6 type data of any module' {
        Update-TypeData -TypeName System.Int32 -MemberType ScriptProperty -MemberName StoreTest -Value { 'x' } -Force
        try {
            7000 | ConvertTo-Json -Compress | Should -BeExactly '{"value":7000,"StoreTest":"x"}'
            Write-Document @{ v = 7000 | ForEach-Object { $_ } } | Should -BeExactly '{"v":7000}'
        }
        finally { Remove-TypeData -TypeName System.Int32 }
    }
    It 'F7 typographic quotes are quotes' {
        { [scriptblock]::Create("'It$([char]0x2019)s new'") } | Should -Throw
        [IO.File]::WriteAllText("$TestDrive/quotes.json", "{`"v`":`"It$([char]0x2019)s $([char]0x201c)new$([char]0x201d)`"}")
        (ConvertFrom-StoreJson -Path "$TestDrive/quotes.json").v | Should -BeExactly "It$([char]0x2019)s $([char]0x201c)new$([char]0x201d)"
    }
    It 'F8 $ in a double-quoted text' {
        "{""$no"": ""$1.99""}" | Should -BeExactly '{"": ".99"}'
        Write-Document @{ '$id' = '$1.99' } | Should -BeExactly '{"$id":"$1.99"}'
    }
    It 'F9 numbers follow the culture' {
        $before = [Threading.Thread]::CurrentThread.CurrentCulture
        try {
            [Threading.Thread]::CurrentThread.CurrentCulture = 'de-DE'
            $text = '{0}' -f 1.5
            $ours = Write-Document @(1.5, 1.50d)
        }
        finally { [Threading.Thread]::CurrentThread.CurrentCulture = $before }
        $text | Should -BeExactly '1,5'
        $ours | Should -BeExactly '[1.5,1.50]'
    }
    It 'F10 line ends' {
        'a', 'b' | Out-String | Should -BeExactly ('a', 'b', '' -join [Environment]::NewLine)
        Write-Document "a`r`nb`n" | Should -BeExactly '"a\r\nb\n"'
        (ConvertFrom-StoreJson '{"v":"a\r\nb\n"}').v | Should -BeExactly "a`r`nb`n"
    }
    It 'F11 a raw tab in a text' {
        ("{`"v`":`"a`tb`"}" | ConvertFrom-Json).v | Should -BeExactly "a`tb"
        $text = "{`n`"v`":`"a`tb`"}"
        "$(Get-Failure { $text | ConvertFrom-StoreJson })" | Should -BeLike '*line 2*'
    }
}

Describe 'G: transport and encoding' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    BeforeAll {
        $emulator = Connect-Emulator
        $kana = -join [char[]](0x65e5, 0x672c, 0x8a9e)
        # What a note says after it was sent, stored and read again.
        function Send-Note([string] $Note) {
            $draft = New-StoreSubmission $App
            $draft.notesForCertification = $Note
            $draft | Set-StoreSubmission
            $stored = ($draft | Get-StoreSubmission).notesForCertification
            $draft | Remove-StoreSubmission -Confirm:$false
            $stored
        }
    }
    AfterAll { Disconnect-Emulator }

    It 'G1 ours: answers are UTF-8, mojibake is refused' {
        Send-Note "Caf$e $kana" | Should -BeExactly "Caf$e $kana"
        Get-TextGuard "`"Caf$e`"" "`"Caf$([char]0xc3)$([char]0xa9)`"" | Should -Be 'K8'
    }
    It 'G2 ours: requests are UTF-8, question marks are refused' {
        Send-Note $kana | Should -BeExactly $kana
        Get-TextGuard "`"$kana`"" '"???"' | Should -Be 'K8'
    }
    It 'G3 a charset inside a text' {
        $note = "$e <meta charset=iso-8859-1>"
        Set-Answer "{`"v`":`"$note`"}"
        (Invoke-RestMethod $server.Url).v | Should -BeExactly "$([char]0xc3)$([char]0xa9) <meta charset=iso-8859-1>"
        Send-Note $note | Should -BeExactly $note
    }
    It 'G4 a byte order mark' {
        $server.Body = [byte[]](0xef, 0xbb, 0xbf) + [Text.Encoding]::UTF8.GetBytes('{"v":1}')
        Invoke-RestMethod $server.Url | Should -BeOfType string
        [IO.File]::WriteAllBytes("$TestDrive/bom.json", $server.Body)
        (ConvertFrom-StoreJson -Path "$TestDrive/bom.json").v | Should -Be 1
    }
    It 'G5 ours: files are UTF-8, and nothing is lost in one' {
        $text = "{`"v`":`"$e $kana \ud800`"}"
        [IO.File]::WriteAllText("$TestDrive/utf8.json", $text)
        $document = ConvertFrom-StoreJson -Path "$TestDrive/utf8.json"
        $document.v | Should -BeExactly "$e $kana $([char]0xd800)"
        [IO.File]::WriteAllText("$TestDrive/back.json", (Write-Document $document))
        [IO.File]::ReadAllBytes("$TestDrive/back.json") | Should -Be ([IO.File]::ReadAllBytes("$TestDrive/utf8.json"))
    }
    It 'G6 ours: the scripts of the module and these are ASCII' {
        foreach ($file in Get-ChildItem $PSScriptRoot, (Split-Path (Get-Module StoreShip).Path) -File | Where-Object { $_.Extension -in '.ps1', '.psm1', '.psd1' }) {
            [IO.File]::ReadAllText($file.FullName) | Should -Not -Match '[^\x00-\x7f]' -Because $file.Name
        }
    }
    It 'G7 ours: letters that became question marks are refused' { Get-TextGuard "`"Caf$e au lait`"" '"Caf? au lait"' | Should -Be 'K8' }
    It 'G9 showing is not writing' {
        '{"v":{"a":[1,2,3,4,5,6]}}' | ConvertFrom-Json > "$TestDrive/shown.txt"
        { Get-Content "$TestDrive/shown.txt" -Raw | ConvertFrom-StoreJson } | Should -Throw
        '{"v":{"a":[1,2,3,4,5,6]}}' | ConvertFrom-StoreJson | ForEach-Object { Write-Document $_ } > "$TestDrive/written.json"
        (ConvertFrom-StoreJson -Path "$TestDrive/written.json").v.a.Count | Should -Be 6
    }
    It 'G10 an object as -Body' {
        Set-Answer '{}'
        $null = Invoke-RestMethod $server.Url -Method Put -Body ([pscustomobject]@{ id = 1 }) -ContentType application/json
        $server.Seen | Should -BeExactly ''
        $null = Invoke-RestMethod $server.Url -Method Put -Body @{ id = 1; b = @{} } -ContentType application/json
        $server.Seen | Should -BeLike '*id=1*'
        $null = Invoke-RestMethod $server.Url -Method Put -Body (Write-Document @{ id = 1; b = @{} }) -ContentType application/json
        $server.Seen | Should -BeExactly '{"b":{},"id":1}'
    }
}

Describe 'H: values of .NET' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'H1 a GUID from a pipe' {
        $id = '6f9619ff-8b86-d011-b42d-00c04fc964ff'
        [guid]$id | ConvertTo-Json -Compress | Should -BeExactly "{`"value`":`"$id`",`"Guid`":`"$id`"}"
        Write-Document @{ v = [guid]$id | ForEach-Object { $_ } } | Should -BeExactly "{`"v`":`"$id`"}"
        Get-TextGuard "`"$id`"" "{`"value`":`"$id`",`"Guid`":`"$id`"}" | Should -Be 'K2'
    }
    It 'H2 an address keeps its spelling' {
        ConvertTo-Json ([uri]"https://x/$e") | Should -BeExactly "`"https://x/$e`""
        Write-Document ([uri]"https://x/$e") | Should -BeExactly "`"https://x/$e`""
    }
    It 'H3 versions, bytes, addresses, XML' {
        ConvertTo-Json @{ v = [version]'1.0.0.0' } -Compress | Should -BeLike '{"v":{"Major":1,*'
        Write-Document @{ v = [version]'1.0.0.0' } | Should -BeExactly '{"v":"1.0.0.0"}'
        foreach ($value in [byte[]](1, 2), [ipaddress]::Loopback, ([xml]'<a/>').DocumentElement) {
            "$(Get-Failure { Write-Document @{ v = $value } })" | Should -BeLike '*at /v *'
        }
    }
    It 'H4 switches, DBNull, character zero' {
        ConvertTo-Json ([switch]$true) -Compress | Should -BeExactly '{"IsPresent":true}'
        Write-Document ([switch]$true) | Should -BeExactly 'true'
        Write-Document ([DBNull]::Value) | Should -BeExactly 'null'
        Write-Document ([NullString]::Value) | Should -BeExactly 'null'
        Write-Document ([char]0) | Should -BeExactly '"\u0000"'
        Get-TextGuard 'true' '{"IsPresent":true}' | Should -Be 'K2'
    }
    It 'H5 secrets' {
        $secret = ConvertTo-SecureString 'p@ss' -AsPlainText -Force
        ConvertTo-Json @{ v = New-Object pscredential 'user', $secret } -Compress | Should -BeLike '*"UserName":"user"*'
        "$(Get-Failure { Write-Document @{ v = $secret } })" | Should -BeLike '*at /v *SecureString*'
        "$(Get-Failure { Write-Document @{ v = New-Object pscredential 'user', $secret } })" | Should -Not -BeLike '*p@ss*'
    }
    It 'H6 nodes of JSON libraries' {
        ConvertTo-Json -InputObject ([Newtonsoft.Json.Linq.JArray]::Parse('[1,2]')) -Compress | Should -BeExactly '[[],[]]'
        Write-Document ([Newtonsoft.Json.Linq.JArray]::Parse('[1,2]')) | Should -BeExactly '[1,2]'
        Write-Document @{ v = [Newtonsoft.Json.Linq.JObject]::Parse('{"a":[1.10]}') } | Should -BeExactly '{"v":{"a":[1.1]}}'
        Write-Document ([Text.Json.Nodes.JsonNode]::Parse('{"a":[1.10]}')) | Should -BeExactly '{"a":[1.10]}'
    }
    It 'H7 classes' {
        $object = . ([scriptblock]::Create('class StoreTestLeaf { $a; hidden $b }; [StoreTestLeaf]::new()'))
        ConvertTo-Json $object -Compress | Should -BeExactly '{"a":null,"b":null}'
        "$(Get-Failure { Write-Document @{ v = $object } })" | Should -BeLike '*at /v *StoreTestLeaf*'
    }
}

Describe 'I: leniency, environment, other tools' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    It 'I1 what is no JSON is repaired' {
        Convert-BuiltIn '{"foo":"bar","baz":,}' | Should -BeExactly '{"v":{"foo":"bar","baz":null}}'
        Convert-BuiltIn "[1,,2]" | Should -BeExactly '{"v":[1,null,2]}'
        foreach ($bad in '{"baz":,}', '[1,,2]', '[1,]', "{'a':1}", '{a:1}') { "$(Get-Failure { ConvertFrom-StoreJson $bad })" | Should -BeLike '*line 1*' }
    }
    It 'I2 comments in lists' {
        $built = Convert-BuiltIn '[1,/*x*/2]'
        if ($PSVersionTable.PSVersion -ge '7.6') { $built | Should -BeExactly '{"v":[1,2]}' }
        else { $built | Should -BeExactly '{"v":[1,"x",2]}' }
        "$(Get-Failure { ConvertFrom-StoreJson '[1,/*x*/2]' })" | Should -BeLike '*line 1*'
    }
    It 'I3 settings of the whole process' {
        $settings = New-Object Newtonsoft.Json.JsonSerializerSettings
        $settings.DateFormatString = 'dd/MM/yyyy'
        [Newtonsoft.Json.JsonConvert]::DefaultSettings = [Func[Newtonsoft.Json.JsonSerializerSettings]] { $settings }.GetNewClosure()
        try {
            Convert-BuiltIn '"2016-03-01T00:00:00Z"' | Should -BeExactly '{"v":"01/03/2016"}'
            Test-Kept '"2016-03-01T00:00:00Z"'
        }
        finally { [Newtonsoft.Json.JsonConvert]::DefaultSettings = $null }
    }
    It 'I4 settings of the profile' {
        $PSDefaultParameterValues = @{ 'ConvertTo-Json:Depth' = 0; '*:Depth' = 0; '*:Encoding' = 'ascii' }
        '{"v":{"a":1}}' | ConvertFrom-StoreJson | ConvertTo-Json -Compress -WarningAction SilentlyContinue | Should -BeExactly '{"v":"@{a=1}"}'
        '{"v":{"a":1}}' | ConvertFrom-StoreJson | ConvertTo-StoreJson -Compress | Should -BeExactly '{"v":{"a":1}}'
    }
    It 'I5 documents of 3 MB' {
        $text = '{"v":"' + 'x' * 3MB + '"}'
        ($text | ConvertFrom-Json).v.Length | Should -Be 3MB
        Write-Document (ConvertFrom-StoreJson $text) | Should -BeExactly $text
    }
    It 'I6 white space' {
        $text = "{ `"v`" :`t[ 1 ,2 ]`r`n}"
        $text | ConvertFrom-Json | ConvertTo-Json | Should -Not -Be $text
        $document = ConvertFrom-StoreJson $text
        $document.v[1] = 3
        Write-Edited $document | Should -BeExactly "{ `"v`" :`t[ 1 ,3 ]`r`n}"
    }
    It 'I7 ours: members that nobody knows stay' {
        $document = ConvertFrom-StoreJson '{"trailers":[{"id":"1","isSeekEnabled":true,"later":{"x":[]}}],"visibility":"Public"}'
        $document.visibility = 'Hidden'
        Write-Edited $document | Should -BeExactly '{"trailers":[{"id":"1","isSeekEnabled":true,"later":{"x":[]}}],"visibility":"Hidden"}'
    }
    It 'I8 surgery on text' {
        ('{"v":"https://x"}' -replace '//', '\\' | ConvertFrom-Json).v | Should -BeExactly 'https:\x'
        $document = ConvertFrom-StoreJson '{"v":"https://x","w":"a"}'
        $document.w = 'b'
        Write-Edited $document | Should -BeExactly '{"v":"https://x","w":"b"}'
    }
    It 'I9 ours: no JSON library is used' {
        $module = (Get-Command ConvertTo-StoreJson).ImplementingType.Assembly
        $client = $module.GetReferencedAssemblies() | Where-Object Name -eq 'StoreShip.Client' | ForEach-Object { [Reflection.Assembly]::Load($_) }
        foreach ($assembly in @($module) + @($client)) {
            $assembly.GetReferencedAssemblies().Name | Should -BeIn 'netstandard', 'System.Management.Automation', 'StoreShip.Client'
        }
    }
}

Describe 'rows that this machine cannot run' {
    # Neither passed nor failed.
    It '<Id> with the built-in cmdlets' -ForEach @(
        @{ Id = 'B6'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'C10'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'D8'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'E5'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'F1'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G1'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G2'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G5'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G6'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G7'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'G8'; Needs = 'Windows PowerShell 5.1' }
        @{ Id = 'I7'; Needs = 'msstore-cli' }
    ) {
        Write-Host "not run: ${Id}: needs $Needs"
        Set-ItResult -Inconclusive -Because "it needs $Needs"
    }
}
