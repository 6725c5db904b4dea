# The catalogue of JSON damage, section E: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
    $server = Start-Server
}
AfterAll { Stop-Server }

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
        # A typed text is refused; what the service sent stays, here in a file that was exported.
        (Get-Failure { ConvertFrom-StoreJson '{"a":1,"a":2}' }).FullyQualifiedErrorId | Should -BeLike 'document.*'
        $path = Join-Path $TestDrive 'E2.json'
        [IO.File]::WriteAllText($path, '{"a":1,"a":2}')
        [IO.File]::WriteAllText("$path.baseline.json", '{"format":"storeship-baseline-1","baseline":{"a":1,"a":2}}')
        $document = Import-StoreSubmission $path
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
