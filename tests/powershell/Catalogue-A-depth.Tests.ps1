# The catalogue of JSON damage, section A: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
    $server = Start-Server
}
AfterAll { Stop-Server }

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
