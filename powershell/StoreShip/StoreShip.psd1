@{
    # build.ps1 replaces the version, and the name of the root module: the assembly of each release has a name of its own.
    RootModule             = 'StoreShip.Cmdlets.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '6c0a3c1e-6c1f-4f0c-9d0a-7f3f7b0b5c52'
    Author                 = 'StoreShip contributors'
    CompanyName            = 'StoreShip contributors'
    Copyright              = '(c) StoreShip contributors. MIT license.'
    Description            = 'Create and manage Microsoft Store submissions from build agents without corrupting them.'
    CompatiblePSEditions   = @('Desktop', 'Core')
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess       = @('StoreShip.Format.ps1xml')
    TypesToProcess         = @('StoreShip.Types.ps1xml')
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    CmdletsToExport        = @(
        'Compare-StoreSubmission'
        'Complete-StoreRollout'
        'Complete-StoreSubmission'
        'Connect-Store'
        'Convert-StoreListing'
        'ConvertFrom-StoreJson'
        'ConvertTo-StoreJson'
        'Disconnect-Store'
        'Edit-StoreSubmission'
        'Export-StoreListing'
        'Export-StoreSubmission'
        'Get-StoreAddOn'
        'Get-StoreApp'
        'Get-StoreFlight'
        'Get-StoreJsonValue'
        'Get-StorePackage'
        'Get-StoreRollout'
        'Get-StoreSubmission'
        'Get-StoreSubmissionStatus'
        'Import-StoreListing'
        'Import-StoreSubmission'
        'Invoke-StoreOperation'
        'New-StoreAddOn'
        'New-StoreFlight'
        'New-StoreSubmission'
        'Publish-StoreAddOn'
        'Publish-StoreSubmission'
        'Remove-StoreAddOn'
        'Remove-StoreFlight'
        'Remove-StoreJsonValue'
        'Remove-StoreSubmission'
        'Send-StorePackage'
        'Set-StoreJsonValue'
        'Set-StoreRollout'
        'Set-StoreSubmission'
        'Show-StoreSubmission'
        'Start-StoreEmulator'
        'Stop-StoreEmulator'
        'Stop-StoreRollout'
        'Test-Store'
        'Test-StoreSubmission'
        'Wait-StoreSubmission'
    )
    PrivateData            = @{
        PSData = @{
            Tags       = @('MicrosoftStore', 'Submission', 'PartnerCenter', 'MSIX', 'Release', 'CI')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
