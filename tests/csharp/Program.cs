// Runs all tests of the .NET client, or those whose name contains the argument. They use the native library and the
// emulator of the module folder that STORESHIP_MODULE names; by default target/powershell/StoreShip.

using System.Reflection;
using StoreShip;
using StoreShip.Tests;

string module = Environment.GetEnvironmentVariable("STORESHIP_MODULE") ?? Path.Combine("target", "powershell", "StoreShip");
StoreLibrary.LibraryPath = module;
Emulator.Module = module;

int passed = 0;
int failed = 0;
Type[] types = args.Length > 0 && args[0].StartsWith("Soak") ? [typeof(Soak)]
    : [typeof(LibraryTests), typeof(ReleaseTests), typeof(JobTests), typeof(TaskTests), typeof(ResultTests), typeof(LifetimeTests), typeof(LoadTests)];
foreach (Type type in types)
{
    foreach (MethodInfo test in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
    {
        if (args.Length > 0 && !test.Name.Contains(args[0]))
        {
            continue;
        }
        try
        {
            if (test.Invoke(null, null) is Task task)
            {
                await task;
            }
            passed++;
        }
        catch (Exception exception)
        {
            failed++;
            Console.WriteLine($"FAILED {type.Name}.{test.Name}: {exception.InnerException ?? exception}");
        }
    }
}
Console.WriteLine($"{passed} passed, {failed} failed");
return failed > 0 || passed == 0 ? 1 : 0;
