# What lands in an object when a script assigns to it, and what the walker makes of it: one assignment, one test.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $notes = Join-Path $TestDrive 'notes.txt'
    [IO.File]::WriteAllText($notes, "one`ntwo`n")
    function Nothing { }
    function Empty { return @() }
}

Describe 'an assignment' {
    BeforeEach {
        $s = ConvertFrom-StoreJson '{"k":["a","b"],"p":[{"f":"a"}],"o":{"x":1},"n":null,"t":"t","i":1,"pct":0.0}'
    }

    It '<Script>' -ForEach @(
        @{ Script = '$s.k += "c"'; At = 'k'; Json = '["a","b","c"]' }
        @{ Script = '$s.p += @{ f = "b" }'; At = 'p'; Json = '[{"f":"a"},{"f":"b"}]' }
        @{ Script = '$s.p += [pscustomobject]@{ f = "b" }'; At = 'p'; Json = '[{"f":"a"},{"f":"b"}]' }
        @{ Script = '$s.p += [ordered]@{ f = "b" }'; At = 'p'; Json = '[{"f":"a"},{"f":"b"}]' }
        @{ Script = '$s.k += ,@("c","d")'; At = 'k'; Json = '["a","b",["c","d"]]' }
        @{ Script = '$s.k = $s.k | Where-Object { $_ }'; At = 'k'; Json = '["a","b"]' }
        @{ Script = '$s.k = $s.k | Where-Object { $_ -eq "a" }'; At = 'k'; Json = '"a"' }
        @{ Script = '$s.k = $s.k | Where-Object { $_ -eq "z" }'; At = 'k'; Json = 'null' }
        @{ Script = '$s.k = @($s.k | Where-Object { $_ -eq "a" })'; At = 'k'; Json = '["a"]' }
        @{ Script = '$s.k = @($s.k | Where-Object { $_ -eq "z" })'; At = 'k'; Json = '[]' }
        @{ Script = '$s.k = $s.k -ne "a"'; At = 'k'; Json = '["b"]' }
        @{ Script = '$s.k = $s.k -eq "z"'; At = 'k'; Json = '[]' }
        @{ Script = '$s.k = $s.k.Where({ $_ -eq "a" })'; At = 'k'; Json = '["a"]' }
        @{ Script = '$s.k = $s.k.ForEach({ $_ })'; At = 'k'; Json = '["a","b"]' }
        @{ Script = '$s.k = foreach ($x in $s.k) { $x + "!" }'; At = 'k'; Json = '["a!","b!"]' }
        @{ Script = '$s.k = Nothing'; At = 'k'; Json = 'null' }
        @{ Script = '$s.k = Empty'; At = 'k'; Json = 'null' }
        @{ Script = '$s.k = @(Empty)'; At = 'k'; Json = '[]' }
        @{ Script = '$s.o = @{ k = Nothing }'; At = 'o'; Json = '{"k":null}' }
        @{ Script = '$s.o = [pscustomobject]@{ k = Nothing }'; At = 'o'; Json = '{"k":null}' }
        @{ Script = '$s.k = ,(Nothing)'; At = 'k'; Json = '[null]' }
        @{ Script = '$s.k = @($null)'; At = 'k'; Json = '[null]' }
        @{ Script = '$s.k = "a b" -split " "'; At = 'k'; Json = '["a","b"]' }
        @{ Script = '$s.k = 1..3'; At = 'k'; Json = '[1,2,3]' }
        @{ Script = '$s.k = Write-Output -NoEnumerate @()'; At = 'k'; Json = '[]' }
        @{ Script = '$s.k = New-Object object[] 1'; At = 'k'; Json = '[null]' }
        @{ Script = '$s.k = @{ a = 1 }.Keys'; At = 'k'; Json = '["a"]' }
        @{ Script = '$s.o = $s.o | Select-Object x'; At = 'o'; Json = '{"x":1}' }
        @{ Script = '$s.o = $s.o.psobject.Copy()'; At = 'o'; Json = '{"x":1}' }
        @{ Script = '$s.o | Add-Member y 2'; At = 'o'; Json = '{"x":1,"y":2}' }
        @{ Script = '$s.o.psobject.Properties.Remove("x")'; At = 'o'; Json = '{}' }
        @{ Script = '$s.t = Get-Content $notes -Raw'; At = 't'; Json = '"one\ntwo\n"' }
        @{ Script = '$s.t = Get-Content $notes'; At = 't'; Json = '["one","two"]' }
        @{ Script = '$s.t = Get-Content $notes -TotalCount 1'; At = 't'; Json = '"one"' }
        @{ Script = '$s.o = @{ t = Get-Content $notes -Raw }'; At = 'o'; Json = '{"t":"one\ntwo\n"}' }
        @{ Script = '$s.t = "v$($s.i)"'; At = 't'; Json = '"v1"' }
        @{ Script = '$s.t = "x" | Write-Output'; At = 't'; Json = '"x"' }
        @{ Script = '$s.t = [string]$null'; At = 't'; Json = '""' }
        @{ Script = '$s.t = "abc"[0]'; At = 't'; Json = '"a"' }
        @{ Script = '$s.t = New-Guid | ForEach-Object { [guid]::Empty }'; At = 't'; Json = '"00000000-0000-0000-0000-000000000000"' }
        @{ Script = '$s.t = (Get-Date "2016-03-01").ToUniversalTime() | ForEach-Object { [datetime]::SpecifyKind("2016-03-01", "Utc") }'; At = 't'; Json = '"2016-03-01T00:00:00Z"' }
        @{ Script = '$s.i = 25'; At = 'i'; Json = '25' }
        @{ Script = '$s.i = 25.5'; At = 'i'; Json = '25.5' }
        @{ Script = '$s.i = 25 | ForEach-Object { $_ }'; At = 'i'; Json = '25' }
        @{ Script = '$s.I = 7'; At = 'i'; Json = '7' }
        @{ Script = '$s.pct = $s.pct + 10'; At = 'pct'; Json = '10.0' }
        @{ Script = '$s.i = (1, 2, 3 | Measure-Object -Sum).Sum'; At = 'i'; Json = '6' }
        @{ Script = '$s.i = (1 -eq 1) | Write-Output'; At = 'i'; Json = 'true' }
        @{ Script = '$s | ForEach-Object { $_.t = "edited" }'; At = 't'; Json = '"edited"' }
        @{ Script = '7 | Add-Member x 1; $s.i = 3 + 4 | ForEach-Object { $_ }'; At = 'i'; Json = '7' }
    ) {
        Invoke-Expression $Script
        $whole = ConvertTo-StoreJson $s -Compress
        (ConvertFrom-StoreJson $whole).psobject.Properties.Name | Should -BeExactly 'k', 'p', 'o', 'n', 't', 'i', 'pct'
        ConvertTo-StoreJson -InputObject $s.$At -Compress | Should -BeExactly $Json
    }

    It 'fails instead of guessing: <_>' -ForEach '$s.nope = 1', '$s.o.nope = 1', '$s.k[5] = "z"', '$s.k.Add("z")', '$s.o += 1' {
        $script = $_
        $before = ConvertTo-StoreJson $s -Compress
        $null = Get-Failure { Invoke-Expression $script }
        ConvertTo-StoreJson $s -Compress | Should -BeExactly $before
    }
}
