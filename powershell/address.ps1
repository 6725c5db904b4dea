# Writes the link of each cmdlet's page into the help of a built module: to the project, whose address is the field `repository`
# of Cargo.toml, where Get-Help -Online opens it. Without an address the help names the page in the folder of the module, since
# Get-Help opens no files. build.ps1 runs it.
[CmdletBinding()]
param(
    # The built module: a folder.
    [Parameter(Mandatory = $true)] [string] $ModulePath,
    # The address of the repository, such as https://github.com/owner/name; empty if there is none.
    [AllowEmptyString()] [AllowNull()] [string] $Address,
    # The version, whose tag in the repository has the pages.
    [Parameter(Mandatory = $true)] [string] $Version
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$folder = (Resolve-Path $ModulePath).ProviderPath
$Address = "$Address".TrimEnd('/')
$maml = 'http://schemas.microsoft.com/maml/2004/10'
$command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'

$path = (Get-ChildItem (Join-Path $folder 'en-US') -Filter '*-Help.xml' | Select-Object -First 1).FullName
$help = New-Object System.Xml.XmlDocument
$help.PreserveWhitespace = $true
$help.Load($path)
$names = New-Object System.Xml.XmlNamespaceManager $help.NameTable
$names.AddNamespace('command', $command)
foreach ($node in @($help.DocumentElement.SelectNodes('command:command', $names))) {
    foreach ($old in @($node.SelectNodes('command:relatedLinks', $names))) { $null = $node.RemoveChild($old) }
    $page = 'docs/cmdlets/' + $node.SelectSingleNode('command:details/command:name', $names).InnerText + '.md'
    $links = $node.AppendChild($help.CreateElement('command', 'relatedLinks', $command))
    $link = $links.AppendChild($help.CreateElement('maml', 'navigationLink', $maml))
    $text, $uri = "The page $page in the folder of the module", ''
    if ($Address) { $text, $uri = 'Online Version:', "$Address/blob/v$Version/$page" }
    $link.AppendChild($help.CreateElement('maml', 'linkText', $maml)).InnerText = $text
    $link.AppendChild($help.CreateElement('maml', 'uri', $maml)).InnerText = $uri
}
$help.Save($path)
