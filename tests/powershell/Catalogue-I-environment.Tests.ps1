# The catalogue of JSON damage, section I: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
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
