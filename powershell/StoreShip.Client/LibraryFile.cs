using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace StoreShip
{
    /// <summary>
    /// The system and the processor that a library file was built for, from its header. The loaders of some systems say "no
    /// such file" or "not a valid application" about a library for another processor.
    /// </summary>
    internal static class LibraryFile
    {
        /// <summary>
        /// What the header of a file says, and what this process needs, for the message of a library that did not load.
        /// </summary>
        /// <param name="path">The full path.</param>
        internal static string Describe(string path)
        {
            string process = "this process needs one for " + ProcessPlatform();
            try
            {
                byte[] file = File.ReadAllBytes(path);
                string? platform = Platform(file);
                return platform == null ? "it is not a library (" + Count(file.Length) + "); " + process : "it is for " + platform + ", " + process;
            }
            catch (Exception exception) when (exception is IOException || exception is UnauthorizedAccessException)
            {
                return "it can't be read: " + exception.Message;
            }
        }

        /// <summary>The system and processor in the header of a file; null if the file is no library.</summary>
        /// <param name="file">The content of the file.</param>
        internal static string? Platform(byte[] file)
        {
            if (Starts(file, 0x7F, 'E', 'L', 'F') && file.Length >= 20)
            {
                bool bigEndian = file[5] == 2;
                int machine = bigEndian ? (file[18] << 8) | file[19] : file[18] | (file[19] << 8);
                return "Linux" + LibC(file) + " on " + ElfProcessor(machine, file[4] == 2);
            }
            if (Starts(file, 'M', 'Z') && file.Length >= 64)
            {
                long header = Little(file, 60);
                bool portable = header + 6 <= file.Length && Starts(file, header, 'P', 'E', 0, 0);
                return portable ? "Windows on " + PeProcessor(file[header + 4] | (file[header + 5] << 8)) : null;
            }
            if (Starts(file, 0xCF, 0xFA, 0xED, 0xFE) && file.Length >= 8)
            {
                return "macOS on " + MachProcessor(Little(file, 4));
            }
            return Starts(file, 0xCA, 0xFE, 0xBA, 0xBE) && file.Length >= 8 ? "macOS on " + FatProcessors(file) : null;
        }

        /// <summary>
        /// Whether the process runs on the C library musl (Alpine Linux): a library that was built for glibc does not load
        /// there. The list of mapped files names the C library that is in use, however many are installed.
        /// </summary>
        /// <param name="maps">The content of <c>/proc/self/maps</c>.</param>
        internal static bool NamesMusl(string maps) =>
            maps.Contains("/ld-musl-") || maps.Contains("/libc.musl-");

        private static string ProcessPlatform()
        {
            string system = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "Windows"
                : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "macOS"
                : StoreLibrary.IsMusl ? "Linux with musl" : "Linux with glibc";
            return system + " on " + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        }

        /// <summary>The C library that an ELF file names in its dynamic section; empty if it names none.</summary>
        private static string LibC(byte[] file)
        {
            string text = Encoding.GetEncoding("ISO-8859-1").GetString(file);
            if (text.IndexOf("\0libc.so.6\0", StringComparison.Ordinal) >= 0)
            {
                return " with glibc";
            }
            bool musl = text.IndexOf("\0libc.musl-", StringComparison.Ordinal) >= 0 || text.IndexOf("\0libc.so\0", StringComparison.Ordinal) >= 0;
            return musl ? " with musl" : "";
        }

        private static string ElfProcessor(int machine, bool is64)
        {
            switch (machine)
            {
                case 3: return "x86";
                case 40: return "arm";
                case 62: return "x64";
                case 183: return "arm64";
                case 243: return is64 ? "riscv64" : "riscv32";
                default: return "the processor with the ELF number " + machine;
            }
        }

        private static string PeProcessor(int machine)
        {
            switch (machine)
            {
                case 0x14C: return "x86";
                case 0x1C4: return "arm";
                case 0x8664: return "x64";
                case 0xAA64: return "arm64";
                default: return "the processor with the PE number 0x" + machine.ToString("x");
            }
        }

        private static string MachProcessor(long type)
        {
            switch (type)
            {
                case 0x01000007: return "x64";
                case 0x0100000C: return "arm64";
                default: return "the processor with the Mach-O number 0x" + type.ToString("x");
            }
        }

        /// <summary>The processors of a universal file, which holds a library for each.</summary>
        private static string FatProcessors(byte[] file)
        {
            var names = new StringBuilder();
            long count = Math.Min(Big(file, 4), 16);
            for (long at = 8; count > 0 && at + 20 <= file.Length; at += 20, count--)
            {
                names.Append(names.Length == 0 ? "" : " and ").Append(MachProcessor(Big(file, at)));
            }
            return names.ToString();
        }

        private static bool Starts(byte[] file, params int[] bytes) => Starts(file, 0L, bytes);

        private static bool Starts(byte[] file, long at, params int[] bytes)
        {
            if (at + bytes.Length > file.Length)
            {
                return false;
            }
            for (int i = 0; i < bytes.Length; i++)
            {
                if (file[at + i] != bytes[i])
                {
                    return false;
                }
            }
            return true;
        }

        private static long Little(byte[] file, long at) =>
            file[at] | ((long)file[at + 1] << 8) | ((long)file[at + 2] << 16) | ((long)file[at + 3] << 24);

        private static long Big(byte[] file, long at) =>
            file[at + 3] | ((long)file[at + 2] << 8) | ((long)file[at + 1] << 16) | ((long)file[at] << 24);

        private static string Count(long bytes) => bytes == 1 ? "1 byte" : bytes + " bytes";
    }
}
