# Writes the pages of docs into a built module. A link to a file of the repository that is not among the pages leads to the
# repository, or is plain text while the project has no address. build.ps1 runs it.
[CmdletBinding()]
param(
    # The folder docs of the repository.
    [Parameter(Mandatory = $true)] [string] $Path,
    # The folder of the pages in the module.
    [Parameter(Mandatory = $true)] [string] $OutputPath,
    # The address of the repository, such as https://github.com/owner/name; empty if there is none.
    [AllowEmptyString()] [AllowNull()] [string] $Address,
    # The version, whose tag in the repository has the files.
    [Parameter(Mandatory = $true)] [string] $Version
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$replacement = '$1'
if ($Address) { $replacement = '[$1](' + $Address.TrimEnd('/').Replace('$', '$$') + "/blob/v$Version/`$2)" }
foreach ($folder in '', 'cmdlets') {
    $from, $to, $up = $Path, $OutputPath, '\.\./'
    if ($folder) { $from, $to, $up = (Join-Path $Path $folder), (Join-Path $OutputPath $folder), '\.\./\.\./' }
    $null = New-Item -ItemType Directory -Force $to
    foreach ($page in Get-ChildItem $from -Filter *.md) {
        $text = [IO.File]::ReadAllText($page.FullName)
        $text = [regex]::Replace($text, "\[([^\]]+)\]\($up([^)]+)\)", $replacement)
        [IO.File]::WriteAllText((Join-Path $to $page.Name), $text)
    }
}
