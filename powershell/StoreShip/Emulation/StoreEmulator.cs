using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Management.Automation;
using System.Text;
using System.Threading.Tasks;
using StoreShip.Emulation;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A running emulator of the Store: its addresses and the credential that it accepts. The emulator exits when its
    /// standard input closes, so it does not outlive this process.
    /// </summary>
    public sealed class StoreEmulator : IDisposable
    {
        /// <summary>How long to wait for the program to exit by itself, in milliseconds.</summary>
        private const int ExitTimeout = 5000;

        /// <summary>The error of a file without an execute bit (EACCES).</summary>
        private const int AccessDenied = 13;

        private readonly Process process;

        private StoreEmulator(Process process, string endpoints)
        {
            this.process = process;
            ProcessId = process.Id;
            Dictionary<string, string> fields = JsonFields.Of(endpoints);
            ServiceUrl = JsonFields.Text(fields, "service") ?? "";
            AuthorityUrl = JsonFields.Text(fields, "authority") ?? "";
            BlobUrl = JsonFields.Text(fields, "blob") ?? "";
            ControlUrl = JsonFields.Text(fields, "control") ?? "";
            TenantId = JsonFields.Text(fields, "tenantId") ?? "";
            ClientId = JsonFields.Text(fields, "clientId") ?? "";
            ClientSecret = JsonFields.Text(fields, "clientSecret") ?? "";
        }

        /// <summary>The address of the submission API, for -ServiceUrl.</summary>
        public string ServiceUrl { get; }

        /// <summary>The address of the sign-in service, for -AuthorityUrl.</summary>
        public string AuthorityUrl { get; }

        /// <summary>The address of the blob storage for uploads.</summary>
        public string BlobUrl { get; }

        /// <summary>The address that controls the emulator: state, faults, clock, recorded requests.</summary>
        public string ControlUrl { get; }

        /// <summary>The tenant id that the emulator accepts.</summary>
        public string TenantId { get; }

        /// <summary>The client id that the emulator accepts.</summary>
        public string ClientId { get; }

        /// <summary>The client secret that the emulator accepts. It is a test value and opens nothing else.</summary>
        public string ClientSecret { get; }

        /// <summary>The process id of the emulator.</summary>
        public int ProcessId { get; }

        /// <summary>Whether the process is still running.</summary>
        public bool IsRunning => !process.HasExited;

        /// <summary>Starts the program and waits for its first line, which holds the addresses.</summary>
        /// <param name="program">The full path of the program.</param>
        /// <param name="arguments">The arguments.</param>
        /// <param name="isInstalled">
        /// True for the program of this module, which is started from a copy where it may not be executed.
        /// </param>
        /// <param name="isStopping">Called every 200 ms; true stops the wait.</param>
        /// <exception cref="StoreException">The program did not start (<c>emulator.not_started</c>).</exception>
        internal static StoreEmulator Start(string program, IEnumerable<string> arguments, bool isInstalled, Func<bool> isStopping)
        {
            string line = CommandLine.Of(arguments);
            try
            {
                return Start(program, line, isStopping);
            }
            catch (Win32Exception exception) when (isInstalled && exception.NativeErrorCode == AccessDenied && Path.DirectorySeparatorChar == '/')
            {
                return StartCopy(program, line, isStopping);
            }
            catch (Win32Exception exception)
            {
                throw NotStarted(program, exception, "check that the file is executable");
            }
        }

        private static StoreEmulator StartCopy(string program, string arguments, Func<bool> isStopping)
        {
            try
            {
                using PrivateCopy copy = PrivateCopy.Of(program);
                return Start(copy.Program, arguments, isStopping);
            }
            catch (Exception exception) when (exception is Win32Exception || exception is IOException || exception is UnauthorizedAccessException)
            {
                throw NotStarted(
                    program, exception,
                    "make the file executable with chmod +x, or let TMPDIR name a folder from which programs can be started");
            }
        }

        private static StoreException NotStarted(string program, Exception reason, string hint) => new StoreException(
            StoreStatus.File, "emulator.not_started", "the emulator " + program + " can't be started: " + reason.Message, hint);

        private static StoreEmulator Start(string program, string arguments, Func<bool> isStopping)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = new UTF8Encoding(false),
                StandardErrorEncoding = new UTF8Encoding(false),
            };
            Process process = Process.Start(start)!;
            try
            {
                return new StoreEmulator(process, FirstLine(process, isStopping));
            }
            catch (Exception)
            {
                Kill(process);
                throw;
            }
        }

        /// <summary>
        /// The line with the addresses. Later output is read and dropped: the program would block on a full pipe.
        /// </summary>
        private static string FirstLine(Process process, Func<bool> isStopping)
        {
            var first = new TaskCompletionSource<string?>();
            var errorEnd = new TaskCompletionSource<bool>();
            var errorOutput = new StringBuilder();
            process.OutputDataReceived += (_, line) => first.TrySetResult(line.Data);
            process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data == null)
                {
                    errorEnd.TrySetResult(true);
                    return;
                }
                lock (errorOutput)
                {
                    errorOutput.AppendLine(line.Data);
                }
            };
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            while (!first.Task.Wait(200))
            {
                if (isStopping())
                {
                    throw new PipelineStoppedException();
                }
            }
            string? endpoints = first.Task.Result;
            if (endpoints != null && endpoints.StartsWith("{", StringComparison.Ordinal))
            {
                return endpoints;
            }
            // The reason is in the error output. The end of the process is not enough: its output may not have been read.
            errorEnd.Task.Wait(ExitTimeout);
            lock (errorOutput)
            {
                string reason = errorOutput.Length == 0 ? endpoints ?? "it exited without any output" : errorOutput.ToString();
                throw new StoreException(
                    StoreStatus.File, "emulator.not_started", "the emulator did not start: " + reason.Trim(),
                    "check the port, the state file and the arguments");
            }
        }

        private static void Kill(Process process)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // The process has exited already.
            }
        }

        /// <summary>Stops the program by closing its standard input; kills it if it does not exit in time.</summary>
        public void Dispose()
        {
            if (process.HasExited)
            {
                return;
            }
            process.StandardInput.Close();
            if (!process.WaitForExit(ExitTimeout))
            {
                Kill(process);
            }
        }
    }
}
