# The catalogue of JSON damage, section D: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
    $server = Start-Server
}
AfterAll { Stop-Server }

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
