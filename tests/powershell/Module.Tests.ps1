# The built module: its exports, and the completeness of its help.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $commands = @((Get-Module StoreShip).ExportedCmdlets.Values | Sort-Object Name | ForEach-Object { @{ Name = $_.Name; Command = $_ } })
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $module = Get-Module StoreShip
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
}

Describe 'the module' {
    It 'has a valid manifest' { Test-ModuleManifest (Join-Path $module.ModuleBase 'StoreShip.psd1') | Should -Not -BeNullOrEmpty }

    It 'exports every cmdlet of its assembly, and names each in the manifest' {
        $classes = $module.ImplementingAssembly.GetExportedTypes() |
            ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { $_.VerbName + '-' + $_.NounName } | Sort-Object
        $manifest = Import-PowerShellDataFile (Join-Path $module.ModuleBase 'StoreShip.psd1')
        @($manifest.CmdletsToExport | Sort-Object) | Should -BeExactly $classes
        @($module.ExportedCmdlets.Keys | Sort-Object) | Should -BeExactly $classes
        $module.ExportedFunctions.Count + $module.ExportedAliases.Count + $module.ExportedVariables.Count | Should -Be 0
    }

    It 'uses approved verbs' {
        $approved = (Get-Verb).Verb
        $module.ExportedCmdlets.Values | Where-Object { $approved -notcontains $_.Verb } | Should -BeNullOrEmpty
    }

    It 'has the version of the native library' {
        (Invoke-StoreOperation library.info).abiVersion | Should -Be 1
        $module.Version.ToString() | Should -BeExactly ((Invoke-StoreOperation library.info).version -replace '-.*')
    }

    It 'has an about topic' { Get-Content (Join-Path $module.ModuleBase 'en-US/about_StoreShip.help.txt') -Raw | Should -BeLike '*about_StoreShip*' }

    It 'lists every cmdlet in its about topic, and no other' {
        $about = Get-Content (Join-Path $module.ModuleBase 'en-US/about_StoreShip.help.txt') -Raw
        $commands = ($about -split '(?m)^COMMANDS')[1] -split '(?m)^SEE ALSO' | Select-Object -First 1
        $told = [regex]::Matches($commands, '[A-Z][A-Za-z]+-Store[A-Za-z]*') | ForEach-Object { $_.Value }
        @($told | Sort-Object) | Should -BeExactly @($module.ExportedCmdlets.Keys | Sort-Object)
        [regex]::Matches($about, '[A-Z][A-Za-z]+-Store[A-Za-z]*') | ForEach-Object { $module.ExportedCmdlets.Keys | Should -Contain $_.Value }
    }

    It 'has no assembly that Windows could load as the native library' {
        # Windows also searches for storeship.dll beside the assemblies, and ignores letter case.
        Get-ChildItem $module.ModuleBase -Filter *.dll | ForEach-Object Name | Where-Object { $_ -eq 'storeship.dll' } | Should -BeNullOrEmpty
        foreach ($loaded in [AppDomain]::CurrentDomain.GetAssemblies()) { $loaded.GetName().Name | Should -Not -Be 'storeship' }
    }

    It 'has scripts in ASCII only' {
        foreach ($file in Get-ChildItem $module.ModuleBase -Recurse -Include *.psd1, *.ps1xml, about_*.txt) {
            [IO.File]::ReadAllText($file.FullName) | Should -Not -Match '[^\x00-\x7f]' -Because $file.Name
        }
    }

    It 'completes nothing, without an error, when the native library is missing' {
        $folder = Join-Path $TestDrive 'StoreShip'
        Copy-Item $module.ModuleBase $folder -Recurse
        Remove-Item (Join-Path $folder 'bin') -Recurse
        $script = "Import-Module '$folder'; " +
            "foreach (`$name in 'Guard', 'Operation') { @((New-Object StoreShip.Completion.`${name}Completer).CompleteArgument('x', 'y', '', `$null, @{})).Count }"
        $shell = (Get-Process -Id $PID).Path
        & $shell -NoProfile -NonInteractive -Command $script | Should -BeExactly '0', '0'
    }

    It 'leaves nothing running when it is removed' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                    param($module)
                    Import-Module $module
                    $emulator = Start-StoreEmulator
                    $connection = Connect-Store -Emulator $emulator
                    Remove-Module StoreShip
                    $emulator.IsRunning, $connection.IsOpen
                })
            $shell.AddArgument($module.ModuleBase).Invoke() | Should -BeExactly $false, $false
        }
        finally { $shell.Dispose() }
    }

    It 'works in Constrained Language Mode' {
        $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
        $runspace = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace($state)
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        try {
            $null = $shell.AddScript('param($module) Import-Module $module').AddArgument($module.ModuleBase).Invoke()
            $runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
            $shell.Commands.Clear()
            $null = $shell.AddScript('$s = ''{"k":["a"],"o":[]}'' | ConvertFrom-StoreJson; $s.k += "b"; $s.o += @{ x = 1 }; $s.ToJson()')
            $shell.Invoke()[0] | Should -BeExactly '{"k":["a","b"],"o":[{"x":1}]}'
        }
        finally { $shell.Dispose(); $runspace.Dispose() }
    }
}

Describe 'the help of <Name>' -ForEach $commands {
    BeforeAll { $help = Get-Help $Name -Full }

    It 'has a synopsis' { $help.Synopsis.Trim() | Should -Match '^[A-Z].*\.$' }
    It 'has a description' { ($help.description | Out-String).Trim() | Should -Not -BeNullOrEmpty }
    It 'lists inputs and outputs' {
        $help.inputTypes.inputType.type.name | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue.type.name | Should -Not -BeNullOrEmpty
    }
    It 'describes every parameter' {
        $described = @{}
        foreach ($parameter in $help.parameters.parameter) { $described[$parameter.name] = ($parameter.description | Out-String).Trim() }
        foreach ($parameter in $Command.Parameters.Keys | Where-Object { $common -notcontains $_ }) {
            $described[$parameter] | Should -Not -BeNullOrEmpty -Because $parameter
        }
    }
    It 'has an example with a title and a remark' {
        foreach ($example in @($help.examples.example)) {
            $example.code | Should -Not -BeNullOrEmpty
            ($example.remarks | Out-String).Trim() | Should -Not -BeNullOrEmpty
        }
    }
}
