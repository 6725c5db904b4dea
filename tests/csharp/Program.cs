// Runs all tests of the .NET client. STORESHIP_MODULE names the built module folder, whose native library and emulator
// are used; without it target/powershell/StoreShip of the working directory is taken.

using System.Reflection;
using StoreShip;
using StoreShip.Tests;

string module = Environment.GetEnvironmentVariable("STORESHIP_MODULE") ?? Path.Combine("target", "powershell", "StoreShip");
StoreLibrary.LibraryPath = module;
Emulator.Module = module;

int passed = 0;
int failed = 0;
foreach (Type type in new[] { typeof(LibraryTests), typeof(ReleaseTests), typeof(JobTests), typeof(ResultTests) })
{
    foreach (MethodInfo test in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
    {
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
