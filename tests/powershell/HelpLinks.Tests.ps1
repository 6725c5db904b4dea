# The address of the project in a built module, which powershell/address.ps1 writes, and the pages in the module.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $root = Split-Path (Split-Path $PSScriptRoot)
    $module = (Get-Module StoreShip).ModuleBase
    $cmdlets = @((Get-Module StoreShip).ExportedCmdlets.Keys | Sort-Object)
    $version = (Get-Module StoreShip).Version.ToString()
    $address = 'https://example.com/contoso/storeship'

    # A copy of the module whose project has an address. It is used by another process: its assembly is that of this one.
    $copy = Join-Path $TestDrive 'StoreShip'
    Copy-Item $module $copy -Recurse
    & "$root/powershell/address.ps1" -ModulePath $copy -Address "$address/" -Version $version

    function Invoke-Engine([string] $Script) {
        $output = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$copy'; $Script" 2>&1
        @($output | ForEach-Object { "$_" })
    }
    function Get-Page([string] $Folder) {
        foreach ($file in Get-ChildItem $Folder, "$Folder/cmdlets" -Filter *.md) {
            [pscustomobject] @{ Folder = $file.DirectoryName; Name = $file.Name; Text = [IO.File]::ReadAllText($file.FullName) }
        }
    }
    # The links of pages to files beside them.
    function Get-Target([object[]] $Page) {
        foreach ($one in $Page) {
            foreach ($link in [regex]::Matches($one.Text, '\]\((?!https?:|#)([^)#\s]+)')) { Join-Path $one.Folder $link.Groups[1].Value }
        }
    }
    function Get-LinkNode([string] $Folder) {
        $help = New-Object System.Xml.XmlDocument
        $help.Load((Get-ChildItem "$Folder/en-US" -Filter *-Help.xml).FullName)
        $help.GetElementsByTagName('maml:navigationLink')
    }
}

Describe 'the module' {
    It 'has the pages of docs, whose links lead to pages of the module' {
        $pages = @(Get-Page "$module/docs")
        $pages.Name | Should -BeExactly (Get-Page "$root/docs").Name
        $targets = @(Get-Target $pages)
        $targets.Count | Should -BeGreaterThan 100
        $targets | Where-Object { -not (Test-Path $_) } | Should -BeNullOrEmpty
    }

    It 'has no link in place of one to another file of the repository, or with an address one to that' {
        foreach ($to in '', $address) {
            & "$root/powershell/pages.ps1" -Path "$root/docs" -OutputPath "$TestDrive/pages" -Address $to -Version $version
            $text = [IO.File]::ReadAllText("$TestDrive/pages/security.md")
            $link = if ($to) { "[SECURITY.md]($address/blob/v$version/SECURITY.md) says" } else { ' SECURITY.md says' }
            $text.Contains($link) | Should -BeTrue
            Get-Target @(Get-Page "$TestDrive/pages") | Where-Object { -not (Test-Path $_) } | Should -BeNullOrEmpty
        }
    }

    It 'has the address of Cargo.toml, if that has one' {
        $line = [IO.File]::ReadAllLines("$root/Cargo.toml") -match '^repository = "(.+)"'
        $expected = if ($line) { ([regex]::Match($line[0], '"(.+)"').Groups[1].Value).TrimEnd('/') } else { '' }
        "$((Get-Module StoreShip).ProjectUri)".TrimEnd('/') | Should -BeExactly $expected
        foreach ($link in Get-LinkNode $module) { $link.uri | Should -BeLike "$expected*" }
    }
}

Describe 'the help of a module without an address' {
    BeforeAll {
        $bare = Join-Path $TestDrive 'bare'
        Copy-Item $module $bare -Recurse
        & "$root/powershell/address.ps1" -ModulePath $bare -Address '' -Version $version
    }

    It 'names the page in the module, for each cmdlet' {
        $links = @(Get-LinkNode $bare)
        $links.Count | Should -Be $cmdlets.Count
        foreach ($link in $links) {
            $link.uri | Should -BeNullOrEmpty
            $page = [regex]::Match($link.linkText, 'docs/\S+\.md').Value
            Join-Path $bare $page | Should -Exist
        }
    }
}

Describe 'the help of a module with an address' {
    It 'leads to the page of each cmdlet in the repository, at the tag of the version' {
        $links = Invoke-Engine '(Get-Command -Module StoreShip | Sort-Object Name | ForEach-Object { (Get-Help $_.Name).relatedLinks.navigationLink.uri })'
        $links.Count | Should -Be $cmdlets.Count
        for ($i = 0; $i -lt $links.Count; $i++) {
            $links[$i] | Should -BeExactly "$address/blob/v$version/docs/cmdlets/$($cmdlets[$i]).md"
            Join-Path $root "docs/cmdlets/$($cmdlets[$i]).md" | Should -Exist
        }
    }

    It 'is opened by -Online' -Skip:(-not $IsLinux) {
        # Stands for the browser.
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'browser')).FullName
        [IO.File]::WriteAllText("$folder/xdg-open", "#!/bin/sh`necho `"`$1`" > '$folder/opened'`n")
        chmod +x "$folder/xdg-open"
        $null = Invoke-Engine "`$env:PATH = '$folder' + ':' + `$env:PATH; Get-Help Test-Store -Online; for (`$i = 0; `$i -lt 100 -and -not (Test-Path '$folder/opened'); `$i++) { Start-Sleep -Milliseconds 50 }"
        [IO.File]::ReadAllText("$folder/opened").Trim() | Should -BeExactly "$address/blob/v$version/docs/cmdlets/Test-Store.md"
    }
}
