# The catalogue of JSON damage, section H: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
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
