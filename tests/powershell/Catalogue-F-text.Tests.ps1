# The catalogue of JSON damage, section F: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
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
