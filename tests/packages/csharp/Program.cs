// A program of a user: publishes a release with the package StoreShip.Client alone, on any .NET, also trimmed or compiled to
// native code.
using System;
using System.IO;
using System.Threading.Tasks;
using StoreShip;

internal static class Program
{
    private static async Task Main(string[] args)
    {
        using (StoreClient client = StoreClient.Open(File.ReadAllText(args[0])))
        {
            string request = "{\"appId\":" + Quoted(args[1]) + ",\"packages\":[" + Quoted(args[2])
                + "],\"releaseNotes\":{\"en-us\":\"Faster start.\"},\"until\":\"published\"}";
            string receipt = await client.RunAsync("publish", request);
            Console.WriteLine(StoreLibrary.RuntimeIdentifier + " " + StoreLibrary.Version + " " + receipt.Contains("\"Published\""));
        }
    }

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
