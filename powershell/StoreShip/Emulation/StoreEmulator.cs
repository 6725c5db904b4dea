using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Management.Automation;
using System.Text;
using System.Threading.Tasks;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A running emulator of the Store: its addresses and the credential that it accepts. The program ends with this
    /// process at the latest, because it ends when its standard input closes.
    /// </summary>
    public sealed class StoreEmulator : IDisposable
    {
        private const int Farewell = 5000;
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

        /// <summary>The address for -ServiceUrl.</summary>
        public string ServiceUrl { get; }

        /// <summary>The address for -AuthorityUrl.</summary>
        public string AuthorityUrl { get; }

        /// <summary>The address that uploads go to.</summary>
        public string BlobUrl { get; }

        /// <summary>The address under which the emulator itself is controlled: state, faults, clock, requests.</summary>
        public string ControlUrl { get; }

        /// <summary>The tenant that it knows.</summary>
        public string TenantId { get; }

        /// <summary>The client id that it knows.</summary>
        public string ClientId { get; }

        /// <summary>The secret of the client: a test value, no secret of anybody.</summary>
        public string ClientSecret { get; }

        /// <summary>The id of its process.</summary>
        public int ProcessId { get; }

        /// <summary>Whether it still runs.</summary>
        public bool IsRunning => !process.HasExited;

        /// <summary>Starts the program and waits for its first line, which tells the addresses.</summary>
        /// <param name="program">The full path of the program.</param>
        /// <param name="arguments">Its arguments, quoted.</param>
        /// <param name="isStopping">Asked every 200 ms whether to give up.</param>
        internal static StoreEmulator Start(string program, string arguments, Func<bool> isStopping)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = new UTF8Encoding(false),
            };
            Process process;
            try
            {
                process = Process.Start(start)!;
            }
            catch (System.ComponentModel.Win32Exception exception)
            {
                throw new StoreException(
                    StoreStatus.File, "emulator.not_started", "the emulator " + program + " can't be started: " + exception.Message,
                    "check that the file is executable");
            }
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

        /// <summary>The line with the addresses. What the program writes later is read too, or it would fill the pipe.</summary>
        private static string FirstLine(Process process, Func<bool> isStopping)
        {
            var first = new TaskCompletionSource<string?>();
            var complaint = new StringBuilder();
            process.OutputDataReceived += (_, line) => first.TrySetResult(line.Data);
            process.ErrorDataReceived += (_, line) =>
            {
                lock (complaint)
                {
                    complaint.AppendLine(line.Data);
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
            process.WaitForExit(Farewell);
            lock (complaint)
            {
                string said = complaint.Length == 0 ? endpoints ?? "it ended without a word" : complaint.ToString();
                throw new StoreException(
                    StoreStatus.File, "emulator.not_started", "the emulator did not start: " + said.Trim(),
                    "check the port and the state file");
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
                // It has ended.
            }
        }

        /// <summary>Ends the program: closes its standard input, and kills it when that does not help.</summary>
        public void Dispose()
        {
            if (process.HasExited)
            {
                return;
            }
            process.StandardInput.Close();
            if (!process.WaitForExit(Farewell))
            {
                Kill(process);
            }
        }
    }
}
