# The JSON text of .NET values, one row for each kind.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    enum Color { Red = 1; Blue = 2 }
    class Poco { $a = 1 }
}

Describe 'the writer writes' {
    It '<Name>' -ForEach @(
        @{ Name = 'null'; Value = { $null }; Json = 'null' }
        @{ Name = 'DBNull'; Value = { [DBNull]::Value }; Json = 'null' }
        @{ Name = 'NullString'; Value = { [NullString]::Value }; Json = 'null' }
        @{ Name = 'AutomationNull in a literal'; Value = { @{ k = . { } } }; Json = '{"k":null}' }
        @{ Name = 'true'; Value = { $true }; Json = 'true' }
        @{ Name = 'a switch'; Value = { [switch]$true }; Json = 'true' }
        @{ Name = 'text'; Value = { 'it''s <b> & "c" \' }; Json = '"it''s <b> & \"c\" \\"' }
        @{ Name = 'control characters'; Value = { "`b`f`n`r`t" + [char]1 }; Json = '"\b\f\n\r\t\u0001"' }
        @{ Name = 'delete and line separator'; Value = { [string][char]0x7f + [char]0x2028 }; Json = '"' + [char]0x7f + [char]0x2028 + '"' }
        @{ Name = 'a surrogate pair'; Value = { [string][char]0xd83d + [char]0xde00 }; Json = '"' + [char]0xd83d + [char]0xde00 + '"' }
        @{ Name = 'half a surrogate pair'; Value = { [string][char]0xd83d + 'x' }; Json = '"\ud83dx"' }
        @{ Name = 'a character'; Value = { [char]'x' }; Json = '"x"' }
        @{ Name = 'character zero'; Value = { [char]0 }; Json = '"\u0000"' }
        @{ Name = 'byte'; Value = { [byte]255 }; Json = '255' }
        @{ Name = 'negative int'; Value = { -5 }; Json = '-5' }
        @{ Name = 'ulong'; Value = { [uint64]::MaxValue }; Json = '18446744073709551615' }
        @{ Name = 'BigInteger'; Value = { [bigint]::Pow(10, 30) }; Json = '1' + '0' * 30 }
        @{ Name = 'decimal with its scale'; Value = { 1.10d }; Json = '1.10' }
        @{ Name = 'whole decimal'; Value = { [decimal]1 }; Json = '1' }
        @{ Name = 'decimal negative zero'; Value = { [decimal]::Negate(0.0d) }; Json = '0.0' }
        @{ Name = 'double'; Value = { 0.1 }; Json = '0.1' }
        @{ Name = 'whole double'; Value = { [double]25 }; Json = '25' }
        @{ Name = 'sum of doubles'; Value = { 0.1 + 0.2 }; Json = '0.30000000000000004' }
        @{ Name = 'overflow to double'; Value = { 2147483647 + 1 }; Json = '2147483648' }
        @{ Name = 'large double'; Value = { 1e21 }; Json = '1e+21' }
        @{ Name = 'small double'; Value = { 1e-7 }; Json = '1e-7' }
        @{ Name = 'smallest double'; Value = { [double]::Epsilon }; Json = '5e-324' }
        @{ Name = 'largest double'; Value = { [double]::MaxValue }; Json = '1.7976931348623157e+308' }
        @{ Name = 'double that the format R spoils on .NET Framework'; Value = { 0.84551240822557006 }; Json = '0.8455124082255701' }
        @{ Name = 'negative double zero'; Value = { -0.0 }; Json = '0' }
        @{ Name = 'single'; Value = { [single]0.1 }; Json = '0.1' }
        @{ Name = 'enum'; Value = { [Color]::Blue }; Json = '"Blue"' }
        @{ Name = 'UTC time'; Value = { [datetime]::SpecifyKind('2016-03-01', 'Utc') }; Json = '"2016-03-01T00:00:00Z"' }
        @{ Name = 'UTC time with a fraction'; Value = { [datetime]::new(636000000000000001, 'Utc') }; Json = '"2016-05-28T02:40:00.0000001Z"' }
        @{ Name = 'local time'; Value = { [datetime]::SpecifyKind('2016-03-01', 'Utc').ToLocalTime() }; Json = '"2016-03-01T00:00:00Z"' }
        @{ Name = 'DateTimeOffset'; Value = { [DateTimeOffset]::new(2016, 3, 1, 2, 0, 0, [timespan]'2:00') }; Json = '"2016-03-01T00:00:00Z"' }
        @{ Name = 'guid'; Value = { [guid]'6F9619FF-8B86-D011-B42D-00C04FC964FF' }; Json = '"6f9619ff-8b86-d011-b42d-00c04fc964ff"' }
        @{ Name = 'uri'; Value = { [uri]'https://x/a b' }; Json = '"https://x/a b"' }
        @{ Name = 'version'; Value = { [version]'1.2.3.0' }; Json = '"1.2.3.0"' }
        @{ Name = 'empty array'; Value = { , @() }; Json = '[]' }
        @{ Name = 'array of one'; Value = { , @('a') }; Json = '["a"]' }
        @{ Name = 'nested arrays'; Value = { , @(1, @(2, @())) }; Json = '[1,[2,[]]]' }
        @{ Name = 'string array'; Value = { , [string[]]('a', 'b') }; Json = '["a","b"]' }
        @{ Name = 'ArrayList'; Value = { $l = New-Object Collections.ArrayList; $null = $l.Add('a'); , $l }; Json = '["a"]' }
        @{ Name = 'List'; Value = { $l = New-Object 'Collections.Generic.List[string]'; $l.Add('a'); , $l }; Json = '["a"]' }
        @{ Name = 'HashSet'; Value = { , [Collections.Generic.HashSet[string]]::new([string[]]('a')) }; Json = '["a"]' }
        @{ Name = 'hashtable, sorted'; Value = { @{ b = 1; a = 2; C = 3 } }; Json = '{"C":3,"a":2,"b":1}' }
        @{ Name = 'ordered dictionary'; Value = { [ordered]@{ b = 1; a = 2 } }; Json = '{"b":1,"a":2}' }
        @{ Name = 'hashtable with shadowing keys'; Value = { @{ Keys = 1; Count = 2; Values = 3 } }; Json = '{"Count":2,"Keys":1,"Values":3}' }
        @{ Name = 'generic dictionary'; Value = { $d = New-Object 'Collections.Generic.Dictionary[string,int]'; $d.Add('a', 1); $d }; Json = '{"a":1}' }
        @{ Name = 'ExpandoObject'; Value = { $e = New-Object Dynamic.ExpandoObject; ([Collections.Generic.IDictionary[string, object]]$e).Add('a', 1); , $e }; Json = '{"a":1}' }
        @{ Name = 'character keys'; Value = { @{ [char]'a' = 1 } }; Json = '{"a":1}' }
        @{ Name = 'custom object'; Value = { [pscustomobject]@{ b = 1; a = @{ c = @() } } }; Json = '{"b":1,"a":{"c":[]}}' }
        @{ Name = 'empty custom object'; Value = { [pscustomobject]@{} }; Json = '{}' }
        @{ Name = 'added member'; Value = { [pscustomobject]@{ a = 1 } | Add-Member b 2 -PassThru }; Json = '{"a":1,"b":2}' }
        @{ Name = 'shared references, twice'; Value = { $x = @{ a = 1 }; , @($x, $x) }; Json = '[{"a":1},{"a":1}]' }
        @{ Name = 'raw JSON'; Value = { @{ a = [StoreShip.Json.JsonRaw]'1.10e2' } }; Json = '{"a":1.10e2}' }
        @{ Name = 'text with members of its own'; Value = { 'a' | Add-Member PSPath x -PassThru }; Json = '"a"' }
        @{ Name = 'number with members of its own'; Value = { 7000 | Add-Member x 1 -PassThru }; Json = '7000' }
        @{ Name = 'array with members of its own'; Value = { , (Add-Member -InputObject @(1, 2) x 1 -PassThru) }; Json = '[1,2]' }
    ) {
        # A pipeline would enumerate arrays.
        ConvertTo-StoreJson -InputObject (& $Value) -Compress | Should -BeExactly $Json
    }

    It 'the same text in the culture <_>' -ForEach 'de-DE', 'tr-TR', 'fa-IR', 'ar-SA', 'sv-SE', 'th-TH' {
        $before = [Threading.Thread]::CurrentThread.CurrentCulture
        $value = [ordered]@{ I = 1.5; d = -2.25d; t = [datetime]::SpecifyKind('2016-03-01', 'Utc'); n = -1; b = [bigint]-1 }
        try {
            [Threading.Thread]::CurrentThread.CurrentCulture = $_
            $json = ConvertTo-StoreJson $value -Compress
            $back = $json | ConvertFrom-StoreJson | ConvertTo-StoreJson -Compress
        }
        finally { [Threading.Thread]::CurrentThread.CurrentCulture = $before }
        $json | Should -BeExactly '{"I":1.5,"d":-2.25,"t":"2016-03-01T00:00:00Z","n":-1,"b":-1}'
        $back | Should -BeExactly $json
    }

    It 'no property of type data' {
        Update-TypeData -TypeName System.String -MemberType ScriptProperty -MemberName StoreTest -Value { throw 'asked' } -Force
        try { ConvertTo-StoreJson @{ a = 'x' | Write-Output } -Compress | Should -BeExactly '{"a":"x"}' }
        finally { Remove-TypeData -TypeName System.String }
    }

    It 'no property that only the type has' {
        Update-TypeData -TypeName Store.Test -MemberType ScriptProperty -MemberName Derived -Value { throw 'asked' } -Force
        try { ConvertTo-StoreJson ([pscustomobject]@{ PSTypeName = 'Store.Test'; a = 1 }) -Compress | Should -BeExactly '{"a":1}' }
        finally { Remove-TypeData -TypeName Store.Test }
    }

    It 'no member that a job adds' {
        $object = Start-Job { [pscustomobject]@{ a = 1; b = @([pscustomobject]@{ c = @() }) } } | Receive-Job -Wait -AutoRemoveJob
        $object.psobject.Properties.Name | Should -Contain 'RunspaceId'
        ConvertTo-StoreJson $object -Compress | Should -BeExactly '{"a":1,"b":[{"c":[]}]}'
    }

    It 'with an indentation of two spaces' {
        ConvertTo-StoreJson ([ordered]@{ a = @(1); b = @() }) | Should -BeExactly "{`n  `"a`": [`n    1`n  ],`n  `"b`": []`n}"
    }
}

Describe 'the writer refuses' {
    It '<Name>' -ForEach @(
        @{ Name = 'NaN'; Value = { [double]::NaN }; Message = '*/k/0*no NaN' }
        @{ Name = 'infinity'; Value = { [single]::PositiveInfinity }; Message = '*/k/0*no Infinity' }
        @{ Name = 'a time without a zone'; Value = { [datetime]'2026-01-02' }; Message = '*/k/0 is a System.DateTime, which has no time zone' }
        @{ Name = 'TimeSpan'; Value = { [timespan]'1:00' }; Message = '*System.TimeSpan*' }
        @{ Name = 'an enum without a name'; Value = { [IO.FileAttributes]3 }; Message = '*no single name' }
        @{ Name = 'bytes'; Value = { , [byte[]](1, 2) }; Message = '*System.Byte`[`]*' }
        @{ Name = 'SecureString'; Value = { New-Object securestring }; Message = '*SecureString*' }
        @{ Name = 'PSCredential'; Value = { New-Object pscredential 'u', (New-Object securestring) }; Message = '*PSCredential*' }
        @{ Name = 'XML'; Value = { ([xml]'<a/>').DocumentElement }; Message = '*XmlElement*' }
        @{ Name = 'a file'; Value = { Get-Item $PSCommandPath }; Message = '*FileInfo*' }
        @{ Name = 'a script block'; Value = { { 1 } }; Message = '*ScriptBlock*' }
        @{ Name = 'a type'; Value = { [string] }; Message = '*RuntimeType*' }
        @{ Name = 'an exception'; Value = { New-Object Exception }; Message = '*System.Exception*' }
        @{ Name = 'an IP address'; Value = { [ipaddress]::Loopback }; Message = '*IPAddress*' }
        @{ Name = 'an enumerator'; Value = { , @{ a = 1 }.GetEnumerator() }; Message = '*Enumerator*' }
        @{ Name = 'a matrix'; Value = { , (New-Object 'int[,]' 1, 1) }; Message = '*Int32`[,`]*' }
        @{ Name = 'an instance of a class'; Value = { [Poco]::new() }; Message = '*Poco*' }
        @{ Name = 'a process'; Value = { Get-Process -Id $PID }; Message = '*Process*' }
        @{ Name = 'a number as key'; Value = { @{ 1 = 'a' } }; Message = '*the key 1*' }
        @{ Name = 'a script property'; Value = { [pscustomobject]@{ a = 1 } | Add-Member ScriptProperty d { 1 } -PassThru }; Message = '*member d*ScriptProperty*' }
        @{ Name = 'a deserialized file'; Value = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Get-Item $PSCommandPath))) }; Message = '*Deserialized.System.IO.FileInfo*' }
        @{ Name = 'a cycle'; Value = { $x = @{}; $x.me = $x; $x }; Message = '*/k/0/me contains itself' }
        @{ Name = 'invalid raw JSON'; Value = { [StoreShip.Json.JsonRaw]'1,' }; Message = '*nothing may follow*' }
    ) {
        $failure = Get-Failure { ConvertTo-StoreJson @{ k = [object[]]@(& $Value) } }
        "$failure" | Should -BeLike $Message
    }

    It 'a secret, without showing it' {
        $secret = ConvertTo-SecureString 'p@ss' -AsPlainText -Force
        $failure = Get-Failure { ConvertTo-StoreJson @{ a = $secret } }
        ($failure | Format-List * -Force | Out-String) | Should -Not -BeLike '*p@ss''*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*keep secrets out of documents*'
    }

    It 'more than 10000 levels' {
        $value = 1
        foreach ($i in 1..10001) { $value = , $value }
        "$(Get-Failure { ConvertTo-StoreJson -InputObject $value })" | Should -BeLike '*deeper than 10000 levels'
    }
}
