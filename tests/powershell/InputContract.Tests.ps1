# The value that an object holds after an assignment in a script, and the JSON that it becomes. Each row is a kind of
# value, each assignment of the row a test. Json is the text of the writer, Merged the text that would be sent (Json by
# default), Guard the guard that refuses the edit instead, Refused the type that has no JSON form.
BeforeDiscovery {
    $newer = $PSVersionTable.PSVersion -ge [version]'7.1'
    $rows = @(
        @{ Row = 'an item is added to a list'; Cases = @(
                @{ Assignment = '$s.k += "c"'; At = 'k'; Json = '["a","b","c"]' }) }
        @{ Row = 'an object is added to a list of objects'; Cases = @(
                @{ Assignment = '$s.p += @{ f = "b" }'; At = 'p'; Json = '[{"f":"a"},{"f":"b"}]' }
                @{ Assignment = '$s.p += [pscustomobject]@{ f = "b" }'; At = 'p'; Json = '[{"f":"a"},{"f":"b"}]' }
                @{ Assignment = '$s.p += [ordered]@{ f = "b" }'; At = 'p'; Json = '[{"f":"a"},{"f":"b"}]' }) }
        @{ Row = 'a list is added as one item'; Cases = @(
                @{ Assignment = '$s.k += ,@("c","d")'; At = 'k'; Json = '["a","b",["c","d"]]' }) }
        @{ Row = 'something is added to what is no list'; Cases = @(
                @{ Assignment = '$s.n += "c"'; At = 'n'; Json = '"c"' }
                @{ Assignment = '$s.n += @{ f = 1 }'; At = 'n'; Json = '{"f":1}' }
                @{ Assignment = '$s.t += "x"'; At = 't'; Json = '"tx"' }) }
        @{ Row = 'a filter'; Cases = @(
                @{ Assignment = '$s.k = $s.k | Where-Object { $_ }'; At = 'k'; Json = '["a","b"]' }
                @{ Assignment = '$s.k = $s.k | Where-Object { $_ -eq "a" }'; At = 'k'; Json = '"a"'; Merged = '["a"]' }
                @{ Assignment = '$s.k = $s.k | Where-Object { $_ -eq "z" }'; At = 'k'; Json = 'null'; Guard = 'nulled' }) }
        @{ Row = 'a filter in @( )'; Cases = @(
                @{ Assignment = '$s.k = @($s.k | Where-Object { $_ })'; At = 'k'; Json = '["a","b"]' }
                @{ Assignment = '$s.k = @($s.k | Where-Object { $_ -eq "a" })'; At = 'k'; Json = '["a"]' }
                @{ Assignment = '$s.k = @($s.k | Where-Object { $_ -eq "z" })'; At = 'k'; Json = '[]' }) }
        @{ Row = 'a comparison of a list'; Cases = @(
                @{ Assignment = '$s.k = $s.k -ne "a"'; At = 'k'; Json = '["b"]' }
                @{ Assignment = '$s.k = $s.k -eq "z"'; At = 'k'; Json = '[]' }) }
        @{ Row = 'the methods Where and ForEach'; Cases = @(
                @{ Assignment = '$s.k = $s.k.Where({ $_ -eq "z" })'; At = 'k'; Json = '[]' }
                @{ Assignment = '$s.k = $s.k.Where({ $_ -eq "a" })'; At = 'k'; Json = '["a"]' }
                @{ Assignment = '$s.k = $s.k.ForEach({ $_ })'; At = 'k'; Json = '["a","b"]' }) }
        @{ Row = 'a statement without output'; Cases = @(
                @{ Assignment = '$s.k = foreach ($x in @()) { $x }'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.k = if ($false) { 1 }'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.k = switch ("x") { "y" { 1 } }'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.k = . { }'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.k = Nothing'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.k = Empty'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.k = $s.k[5]'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.k = $env:STORESHIP_NO_SUCH_VARIABLE'; At = 'k'; Json = 'null'; Guard = 'nulled' }) }
        @{ Row = 'a statement with output'; Cases = @(
                @{ Assignment = '$s.k = foreach ($x in $s.k) { $x + "!" }'; At = 'k'; Json = '["a!","b!"]' }
                @{ Assignment = '$s.k = foreach ($x in "a") { $x + "!" }'; At = 'k'; Json = '"a!"'; Merged = '["a!"]' }
                @{ Assignment = '$s.k = @(Empty)'; At = 'k'; Json = '[]' }) }
        @{ Row = 'null'; Cases = @(
                @{ Assignment = '$s.t = $null'; At = 't'; Json = 'null' }
                @{ Assignment = '$s.k = $null'; At = 'k'; Json = 'null'; Guard = 'nulled' }
                @{ Assignment = '$s.psobject.Properties["k"].Value = Nothing'; At = 'k'; Json = 'null'; Guard = 'nulled' }) }
        @{ Row = 'no output, kept by something'; Cases = @(
                @{ Assignment = '$h = @{}; $h.k = Nothing; $s.l = $h'; At = 'l'; Json = '{"k":null}'; Guard = 'nulled' }
                @{ Assignment = '$h = @{}; $h.Add("k", (Nothing)); $s.l = $h'; At = 'l'; Json = '{"k":null}'; Guard = 'nulled' }
                @{ Assignment = '$s.l = [pscustomobject]@{} | Add-Member k (Nothing) -PassThru'; At = 'l'; Json = '{"k":null}'; Guard = 'nulled' }
                @{ Assignment = '$a = @("a", "b"); $a[0] = Nothing; $s.k = $a'; At = 'k'; Json = '[null,"b"]' }
                @{ Assignment = '$list = New-Object "Collections.Generic.List[object]"; $list.Add((Nothing)); $s.k = $list'; At = 'k'; Json = '[null]' }
                @{ Assignment = 'Set-StoreJsonValue /k (Nothing) -InputObject $s'; At = 'k'; Json = 'null'; Guard = 'nulled' }) }
        # Only in a literal, the engine keeps AutomationNull; the result is an empty array.
        @{ Row = 'no output in a literal'; Cases = @(
                @{ Assignment = '$s.l = @{ k = Nothing }'; At = 'l'; Json = '{"k":null}'; Merged = '{"k":[]}' }
                @{ Assignment = '$s.l = [ordered]@{ k = Nothing }'; At = 'l'; Json = '{"k":null}'; Merged = '{"k":[]}' }
                @{ Assignment = '$s.l = [pscustomobject]@{ k = Nothing }'; At = 'l'; Json = '{"k":null}'; Merged = '{"k":[]}' }
                @{ Assignment = '$h = @{}; $h["k"] = Nothing; $s.l = $h'; At = 'l'; Json = '{"k":null}'; Merged = '{"k":[]}' }
                @{ Assignment = '$s.l = @{ k = @(Nothing) }'; At = 'l'; Json = '{"k":[]}' }
                @{ Assignment = '$s.k = ,(Nothing)'; At = 'k'; Json = '[null]' }
                @{ Assignment = '$s.k = @((Nothing), "b")'; At = 'k'; Json = '[null,"b"]' }) }
        @{ Row = 'null in a list'; Cases = @(
                @{ Assignment = '$s.k = @($null)'; At = 'k'; Json = '[null]' }
                @{ Assignment = '$s.k = @("a", $null)'; At = 'k'; Json = '["a",null]' }) }
        @{ Row = 'a typed array'; Cases = @(
                @{ Assignment = '$s.k = "a b" -split " "'; At = 'k'; Json = '["a","b"]' }
                @{ Assignment = '$s.k = [string[]]"a"'; At = 'k'; Json = '["a"]' }
                @{ Assignment = '$s.p = [int[]](1, 2)'; At = 'p'; Json = '[1,2]' }
                @{ Assignment = '$s.k = [byte[]](1, 2)'; At = 'k'; Refused = 'System.Byte`[`]' }) }
        @{ Row = 'another kind of list'; Cases = @(
                @{ Assignment = '$s.k = [Collections.Generic.List[string]]("a", "b")'; At = 'k'; Json = '["a","b"]' }
                @{ Assignment = '$s.k = [Collections.ArrayList]("a", "b")'; At = 'k'; Json = '["a","b"]' }
                @{ Assignment = '$s.k = New-Object "Collections.Generic.HashSet[string]" (,[string[]]"a")'; At = 'k'; Json = '["a"]' }
                @{ Assignment = '$s.k = 1..3'; At = 'k'; Json = '[1,2,3]' }) }
        @{ Row = 'a wrapped list'; Cases = @(
                @{ Assignment = '$s.k = New-Object object[] 1'; At = 'k'; Json = '[null]' }
                @{ Assignment = '$s.k = Write-Output -NoEnumerate @()'; At = 'k'; Json = '[]' }
                @{ Assignment = '$s.k = Write-Output -NoEnumerate @("c")'; At = 'k'; Json = '["c"]' }
                if ($newer) { @{ Assignment = '$s.k = "[]" | ConvertFrom-Json -NoEnumerate'; At = 'k'; Json = '[]' } }) }
        @{ Row = 'what can be enumerated'; Cases = @(
                @{ Assignment = '$s.k = @{ a = 1 }.Keys'; At = 'k'; Json = '["a"]' }
                @{ Assignment = '$s.k = [Linq.Enumerable]::Skip([string[]]("a", "b"), 1)'; At = 'k'; Json = '["b"]' }
                @{ Assignment = '$s.k = @{ a = 1 }.GetEnumerator()'; At = 'k'; Refused = 'System.Collections.Hashtable+HashtableEnumerator' }) }
        @{ Row = 'a matrix'; Cases = @(
                @{ Assignment = '$s.k = New-Object "int[,]" 1, 2'; At = 'k'; Refused = 'System.Int32`[,`]' }) }
        @{ Row = 'a dictionary'; Cases = @(
                @{ Assignment = '$s.o = @{}'; At = 'o'; Json = '{}' }
                @{ Assignment = '$s.o = @{ x = 2 }'; At = 'o'; Json = '{"x":2}' }
                @{ Assignment = '$s.o = [ordered]@{ z = 1; x = 1 }'; At = 'o'; Json = '{"z":1,"x":1}'; Merged = '{"x":1,"z":1}' }
                @{ Assignment = '$s.o = ''{"x":3}'' | ConvertFrom-StoreJson -AsHashtable'; At = 'o'; Json = '{"x":3}' }
                if ($newer) { @{ Assignment = '$s.o = ''{"x":3}'' | ConvertFrom-Json -AsHashtable'; At = 'o'; Json = '{"x":3}' } }) }
        @{ Row = 'an object'; Cases = @(
                @{ Assignment = '$s.o = [pscustomobject]@{ x = 2 }'; At = 'o'; Json = '{"x":2}' }
                @{ Assignment = '$s.o = New-Object psobject -Property @{ x = 2 }'; At = 'o'; Json = '{"x":2}' }
                @{ Assignment = '$s.o = ''{"x":2}'' | ConvertFrom-Json'; At = 'o'; Json = '{"x":2}' }
                @{ Assignment = '$s.o = $s.o.psobject.Copy()'; At = 'o'; Json = '{"x":1}' }
                @{ Assignment = '$s.o | Add-Member y 2'; At = 'o'; Json = '{"x":1,"y":2}' }
                @{ Assignment = '$s.p[0].psobject.Properties.Remove("f")'; At = 'p'; Json = '[{}]' }) }
        @{ Row = 'an object of Select-Object'; Cases = @(
                @{ Assignment = '$s.o = $s.o | Select-Object x'; At = 'o'; Json = '{"x":1}' }) }
        @{ Row = 'lines of a file'; Cases = @(
                @{ Assignment = '$s.t = Get-Content $notes -TotalCount 1'; At = 't'; Json = '"one"' }
                @{ Assignment = '$s.k = Get-Content $notes'; At = 'k'; Json = '["one","two"]' }
                @{ Assignment = '$s.t = Get-Content $notes -Raw'; At = 't'; Json = '"one\ntwo\n"' }
                @{ Assignment = '$s.o = @{ x = Get-Content $notes -Raw }'; At = 'o'; Json = '{"x":"one\ntwo\n"}'; Guard = 'typeChanged' }
                @{ Assignment = '$x = Get-Content $notes -Raw; $s.k = @($x)'; At = 'k'; Json = '["one\ntwo\n"]' }
                @{ Assignment = '$x = Get-Content $notes -TotalCount 1; $s.p = @([pscustomobject]@{ f = $x })'; At = 'p'; Json = '[{"f":"one"}]' }) }
        @{ Row = 'a text made of something'; Cases = @(
                @{ Assignment = '$x = Get-Content $notes -TotalCount 1; $s.t = "$x"'; At = 't'; Json = '"one"' }
                @{ Assignment = '$s.t = [string](Get-Content $notes -TotalCount 1)'; At = 't'; Json = '"one"' }
                @{ Assignment = '$s.t = $s.k -join "+"'; At = 't'; Json = '"a+b"' }
                @{ Assignment = '$s.t = $s.t -replace "t", "r"'; At = 't'; Json = '"r"' }
                @{ Assignment = '$s.t = " t ".Trim() + "v$($s.i)"'; At = 't'; Json = '"tv1"' }
                @{ Assignment = '$s.t = [IO.File]::ReadAllText($notes)'; At = 't'; Json = '"one\ntwo\n"' }
                @{ Assignment = '$s.t = "$(Get-Content $notes)"'; At = 't'; Json = '"one two"' }) }
        @{ Row = 'a text of a command'; Cases = @(
                @{ Assignment = '$s.t = "x" | Write-Output'; At = 't'; Json = '"x"' }
                @{ Assignment = '$s.t = ("x" | Out-String).Trim() | Write-Output'; At = 't'; Json = '"x"' }
                @{ Assignment = '$s.t = [datetime]::new(2016, 3, 1) | Get-Date -Format "yyyy-MM"'; At = 't'; Json = '"2016-03"' }) }
        @{ Row = 'what is nearly a text'; Cases = @(
                @{ Assignment = '$s.t = [string]$null'; At = 't'; Json = '""' }
                @{ Assignment = '$s.t = [NullString]::Value'; At = 't'; Json = 'null' }
                @{ Assignment = '$s.t = [char]97'; At = 't'; Json = '"a"' }
                @{ Assignment = '$s.t = "abc"[0]'; At = 't'; Json = '"a"' }) }
        @{ Row = 'a date'; Cases = @(
                @{ Assignment = '$s.t = Get-Date "2016-03-01"'; At = 't'; Refused = 'System.DateTime' }
                @{ Assignment = '$s.t = [datetime]"2016-03-01"'; At = 't'; Refused = 'System.DateTime' }
                @{ Assignment = '$s.t = [datetime]"2016-03-01T01:00:00Z"'; At = 't'; Json = '"2016-03-01T01:00:00Z"' }
                @{ Assignment = '$s.t = Get-Date ([datetime]::SpecifyKind("2016-03-01", "Utc"))'; At = 't'; Json = '"2016-03-01T00:00:00Z"' }
                @{ Assignment = '$s.t = ([datetime]"2016-03-01T01:00:00Z").ToUniversalTime()'; At = 't'; Json = '"2016-03-01T01:00:00Z"' }
                # A date of the same instant keeps the text of the baseline.
                @{ Assignment = '$s.d = [datetime]"2016-03-01T00:00:00Z"'; At = 'd'; Json = '"2016-03-01T00:00:00Z"'; Merged = '"2016-03-01T00:00:00.000Z"' }
                if ($newer) { @{ Assignment = '$s.t = Get-Date "2016-03-01T01:00:00Z" -AsUTC'; At = 't'; Json = '"2016-03-01T01:00:00Z"' } }) }
        @{ Row = 'a number'; Cases = @(
                @{ Assignment = '$s.i = 25'; At = 'i'; Json = '25' }
                @{ Assignment = '$s.i = 25.5'; At = 'i'; Json = '25.5' }
                @{ Assignment = '$s.i = 25 | ForEach-Object { $_ }'; At = 'i'; Json = '25' }
                @{ Assignment = '$s.i = "5" | ConvertFrom-Json'; At = 'i'; Json = '5' }
                @{ Assignment = '$s.i = 2147483647 + 1'; At = 'i'; Json = '2147483648' }
                @{ Assignment = '$s.i = (1, 2, 3 | Measure-Object -Sum).Sum'; At = 'i'; Json = '6' }
                # The engine shares the boxes of small numbers, so a member of such a number is not data.
                @{ Assignment = '7 | Add-Member x 1; $s.i = 3 + 4 | ForEach-Object { $_ }'; At = 'i'; Json = '7' }) }
        @{ Row = 'a sum with a decimal of the document'; Cases = @(
                @{ Assignment = '$s.pct = $s.pct + 10'; At = 'pct'; Json = '10.0' }) }
        @{ Row = 'a value of elsewhere'; Cases = @(
                @{ Assignment = '$s.t = (Import-Csv $table).pct'; At = 't'; Json = '"5"' }
                @{ Assignment = '$s.pct = (Import-Csv $table).pct'; At = 'pct'; Json = '"5"'; Guard = 'typeChanged' }
                @{ Assignment = '$s.t = $env:PSModulePath.Substring(0, 0) + "e"'; At = 't'; Json = '"e"' }
                @{ Assignment = '$s.b = [bool]1'; At = 'b'; Json = 'true' }
                @{ Assignment = '$s.b = [switch]$true'; At = 'b'; Json = 'true' }
                @{ Assignment = '$s.b = (1 -eq 1) | Write-Output'; At = 'b'; Json = 'true' }) }
        @{ Row = 'a value of .NET'; Cases = @(
                @{ Assignment = '$s.t = New-Guid | ForEach-Object { [guid]::Empty }'; At = 't'; Json = '"00000000-0000-0000-0000-000000000000"' }
                @{ Assignment = '$s.t = [guid]::Empty'; At = 't'; Json = '"00000000-0000-0000-0000-000000000000"' }
                @{ Assignment = '$s.t = [version]"1.2.3.4"'; At = 't'; Json = '"1.2.3.4"' }
                @{ Assignment = '$s.t = [uri]"https://example.com/a b"'; At = 't'; Json = '"https://example.com/a b"' }
                @{ Assignment = '$s.t = [DayOfWeek]::Friday'; At = 't'; Json = '"Friday"' }
                @{ Assignment = '$s.o = New-Object System.Text.StringBuilder'; At = 'o'; Refused = 'System.Text.StringBuilder' }
                @{ Assignment = '$s.t = { 1 }'; At = 't'; Refused = 'System.Management.Automation.ScriptBlock' }
                @{ Assignment = '$s.t = Get-ChildItem $notes'; At = 't'; Refused = 'System.IO.FileInfo' }
                @{ Assignment = '$s.t = New-Object securestring | Write-Output'; At = 't'; Refused = 'System.Security.SecureString' }) }
        @{ Row = 'another letter case'; Cases = @(
                @{ Assignment = '$s.I = 7'; At = 'i'; Json = '7' }) }
        @{ Row = 'the object in a pipeline'; Cases = @(
                @{ Assignment = '$s | ForEach-Object { $_.t = "edited" }'; At = 't'; Json = '"edited"' }) }
    )
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $notes = Join-Path $TestDrive 'notes.txt'
    [IO.File]::WriteAllText($notes, "one`ntwo`n")
    $table = Join-Path $TestDrive 'table.csv'
    [IO.File]::WriteAllText($table, "pct`n5`n")
    function Nothing { }
    function Empty { return @() }
    $members = 'k', 'p', 'o', 'l', 'n', 't', 'd', 'b', 'i', 'pct'
}

Describe 'an assignment: <Row>' -ForEach $rows {
    BeforeEach {
        $s = ConvertFrom-StoreJson ('{"k":["a","b"],"p":[{"f":"a"}],"o":{"x":1},"l":{"k":["a"]},"n":null,"t":"t",' +
            '"d":"2016-03-01T00:00:00.000Z","b":false,"i":1,"pct":0.0}')
    }

    It '<Assignment>' -ForEach $Cases {
        Invoke-Expression $Assignment
        if ($Refused) {
            $failure = Get-Failure { ConvertTo-StoreJson $s }
            $failure.FullyQualifiedErrorId | Should -BeLike 'document.unsupported_value,*'
            "$failure" | Should -BeLike "*/$At is a $Refused,*"
            return
        }
        $whole = ConvertTo-StoreJson $s -Compress
        (ConvertFrom-StoreJson $whole).psobject.Properties.Name | Should -BeExactly $members
        $whole | Get-StoreJsonValue "/$At" -AsJson | Should -BeExactly $Json
        if ($Guard) {
            "$(Get-Failure { $s.ToJson() })" | Should -BeLike "* $Guard)*"
            return
        }
        if (-not $Merged) { $Merged = $Json }
        $sent = $s.ToJson()
        $sent | Get-StoreJsonValue "/$At" -AsJson | Should -BeExactly $Merged
        # The text around the value does not change.
        $before = $s.StoreBaseline.Text
        foreach ($other in $members | Where-Object { $_ -ne $At }) {
            $sent | Get-StoreJsonValue "/$other" -AsJson | Should -BeExactly ($before | Get-StoreJsonValue "/$other" -AsJson)
        }
    }
}

Describe 'an assignment that the engine refuses' {
    It 'changes nothing: <Assignment>' -ForEach @(
        @{ Assignment = '$s.nope = 1'; Id = 'PropertyAssignmentException'; Newer = 'ExceptionWhenSetting' }
        @{ Assignment = '$s.o.nope = 1'; Id = 'PropertyAssignmentException'; Newer = 'ExceptionWhenSetting' }
        @{ Assignment = '$s.k[5] = "z"'; Id = 'System.IndexOutOfRangeException' }
        @{ Assignment = '$s.k.Add("z")'; Id = 'NotSupportedException' }
        @{ Assignment = '$s.o += 1'; Id = 'MethodNotFound' }
    ) {
        $s = ConvertFrom-StoreJson '{"k":["a","b"],"o":{"x":1}}'
        $failure = Get-Failure { Invoke-Expression $Assignment }
        ($Id, $Newer) | Should -Contain ($failure.FullyQualifiedErrorId -replace ',.*')
        $s.ToJson() | Should -BeExactly '{"k":["a","b"],"o":{"x":1}}'
        ConvertTo-StoreJson $s -Compress | Should -BeExactly '{"k":["a","b"],"o":{"x":1}}'
    }
}
