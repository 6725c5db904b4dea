# Prints the nanoseconds of a small call from .NET, by StoreClient. benches/calls.py runs it.
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ModulePath, [int] $Count = 1000000)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
$client = [StoreShip.StoreClient].Assembly.Location
Add-Type -ReferencedAssemblies $client, netstandard, System.Runtime -TypeDefinition @'
public static class Calls
{
    public static double Nanoseconds(int count)
    {
        var client = StoreShip.StoreClient.Offline;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            client.Call("document.get", "{\"document\":{\"a\":{\"b\":1}},\"pointer\":\"/a/b\"}");
        }
        return watch.Elapsed.TotalMilliseconds * 1e6 / count;
    }
}
'@
$null = [Calls]::Nanoseconds([Math]::Min($Count, 100000))
[Math]::Round([Calls]::Nanoseconds($Count))
