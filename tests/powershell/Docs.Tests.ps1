# The pages of docs/cmdlets are those that powershell/docs.ps1 writes from the help of the built module.
# STORESHIP_UPDATE_GOLDEN=1 writes them.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $pages = @('README') + @((Get-Module StoreShip).ExportedCmdlets.Keys | Sort-Object) | ForEach-Object { @{ Name = $_ } }
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $root = Split-Path (Split-Path $PSScriptRoot)
    $docs = Join-Path $root 'docs'
    $committed = Join-Path $docs 'cmdlets'
    $written = Join-Path $TestDrive 'cmdlets'
    $module = (Get-Module StoreShip).ModuleBase
    & "$root/powershell/docs.ps1" -ModulePath $module -OutputPath $written
    if ($env:STORESHIP_UPDATE_GOLDEN) { & "$root/powershell/docs.ps1" -ModulePath $module -OutputPath $committed }

    function Read-Page([string] $Path) { [IO.File]::ReadAllText($Path) -replace "`r" }
    function Get-Link([string] $Path) { [regex]::Matches((Read-Page $Path), '\]\((?!https?:)([^)#]+)') | ForEach-Object { $_.Groups[1].Value } }
}

Describe 'docs/cmdlets' {
    It 'has the page that the help gives: <Name>' -ForEach $pages {
        Read-Page (Join-Path $committed "$Name.md") | Should -BeExactly (Read-Page (Join-Path $written "$Name.md"))
    }

    It 'has no other page' {
        (Get-ChildItem $committed).Name | Sort-Object | Should -BeExactly ((Get-ChildItem $written).Name | Sort-Object)
    }

    It 'lists every cmdlet in its index' {
        $index = @(Get-Link (Join-Path $written 'README.md') | ForEach-Object { $_ -replace '\.md$' })
        @($index | Sort-Object) | Should -BeExactly @((Get-Module StoreShip).ExportedCmdlets.Keys | Sort-Object)
    }

    It 'has links to existing pages only' {
        foreach ($page in Get-ChildItem $written) {
            foreach ($link in Get-Link $page.FullName) { Join-Path $written $link | Should -Exist -Because $page.Name }
        }
    }
}

Describe 'docs/README.md' {
    It 'lists every page of docs' {
        $listed = @(Get-Link (Join-Path $docs 'README.md'))
        foreach ($page in Get-ChildItem $docs -Filter *.md | Where-Object Name -NE 'README.md') { $listed | Should -Contain $page.Name }
        $listed | Should -Contain 'cmdlets/README.md'
    }
}
