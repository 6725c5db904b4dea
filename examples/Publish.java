import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Publishes a release from Java 22 or newer, by its foreign function API: the same program as publish.c.
 *
 * <p>STORESHIP_LIBRARY names the file of the library, such as lib/libstoreship.so of an unpacked archive:
 *
 * <pre>STORESHIP_LIBRARY=… java --enable-native-access=ALL-UNNAMED Publish.java &lt;config.json&gt; &lt;app id&gt; &lt;package&gt;</pre>
 */
public final class Publish {
    private Publish() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: Publish.java <config.json> <app id> <package>");
            System.exit(2);
        }
        String library = System.getenv("STORESHIP_LIBRARY");
        if (library == null) {
            System.err.println("STORESHIP_LIBRARY does not name the file of the library");
            System.exit(2);
        }
        String config = Files.readString(Path.of(arguments[0]));
        String request = """
                {"appId":%s,"packages":[%s],"releaseNotes":{"en-us":"Faster start.","de-de":"Schnellerer Start."},"until":"published"}\
                """.formatted(StoreShip.quoted(arguments[1]), StoreShip.quoted(arguments[2]));
        // The text of the library is UTF-8, and so is the output, whatever the locale is.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try (StoreShip store = new StoreShip(Path.of(library), config)) {
            String receipt = store.run("publish", request, out::println);
            if (!receipt.contains("\"response\":{\"ok\":true")) {
                System.exit(1);
            }
        } catch (StoreShip.Failure failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }
}

/** A client of one account. It may be used by several threads. */
final class StoreShip implements AutoCloseable {
    private static final int OK = 0;
    private static final int NOTHING_YET = 1;

    private final MethodHandle stringFree;
    private final MethodHandle clientClose;
    private final MethodHandle call;
    private final MethodHandle jobStart;
    private final MethodHandle jobNext;
    private final MethodHandle jobCancel;
    private final long client;

    /** Loads the library, which stays loaded, and opens a client with the configuration of docs/configuration.md. */
    StoreShip(Path file, String config) throws Failure {
        SymbolLookup library = SymbolLookup.libraryLookup(file, Arena.global());
        stringFree = function(library, "storeship_string_free", null, ValueLayout.ADDRESS);
        MethodHandle clientOpen = function(library, "storeship_client_open", ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        clientClose = function(library, "storeship_client_close", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
        call = function(library, "storeship_call", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
                ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        jobStart = function(library, "storeship_job_start", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
                ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        jobNext = function(library, "storeship_job_next", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS);
        jobCancel = function(library, "storeship_job_cancel", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment response = arena.allocate(ValueLayout.ADDRESS);
            int status = (int) invoke(() -> (int) clientOpen.invokeExact(arena.allocateFrom(config), id, response));
            String text = taken(response);
            if (status != OK) {
                throw new Failure(status, text);
            }
            client = id.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** Runs an operation and returns its response, a JSON object. The thread waits until the operation has ended. */
    String call(String operation, String request) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment response = arena.allocate(ValueLayout.ADDRESS);
            int status = (int) invoke(() -> (int) call.invokeExact(
                    client, arena.allocateFrom(operation), arena.allocateFrom(request), response));
            String text = taken(response);
            if (status != OK) {
                throw new Failure(status, text);
            }
            return text;
        }
    }

    /**
     * Runs a long operation as a job and gives each of its events, JSON objects, to {@code events}. Returns the last one,
     * "completed", which has the response. An interrupt of the thread, and Ctrl+C, cancel the job.
     */
    String run(String operation, String request, java.util.function.Consumer<String> events) throws Failure {
        long job = start(operation, request);
        CountDownLatch ended = new CountDownLatch(1);
        // The program ends when the job has ended, which is soon after it is cancelled.
        Thread hook = new Thread(() -> {
            cancel(job);
            try {
                ended.await();
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        boolean interrupted = false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(ValueLayout.ADDRESS);
            while (true) {
                int status = (int) invoke(() -> (int) jobNext.invokeExact(job, 200, event));
                if (Thread.interrupted()) {
                    interrupted = true;
                    cancel(job);
                }
                if (status == NOTHING_YET) {
                    continue;
                }
                String text = taken(event);
                if (status != OK) {
                    throw new Failure(status, text);
                }
                events.accept(text);
                // Quotes in a text are escaped, so that this is a member of the event.
                if (text.contains("\"type\":\"completed\"")) {
                    return text;
                }
            }
        } finally {
            ended.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // Ctrl+C: the program ends.
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private long start(String operation, String request) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment job = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment response = arena.allocate(ValueLayout.ADDRESS);
            int status = (int) invoke(() -> (int) jobStart.invokeExact(
                    client, arena.allocateFrom(operation), arena.allocateFrom(request), job, response));
            String text = taken(response);
            if (status != OK) {
                throw new Failure(status, text);
            }
            return job.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    private void cancel(long job) {
        invoke(() -> (int) jobCancel.invokeExact(job));
    }

    /** Cancels the jobs and calls of the client, and frees it. */
    @Override
    public void close() {
        invoke(() -> (int) clientClose.invokeExact(client));
    }

    /** A text as a JSON string. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            if (unit == '"' || unit == '\\') {
                json.append('\\').append(unit);
            } else if (unit < ' ') {
                json.append(String.format("\\u%04x", (int) unit));
            } else {
                json.append(unit);
            }
        }
        return json.append('"').toString();
    }

    /** The string that the library has put into a variable. It is freed. */
    private String taken(MemorySegment variable) {
        MemorySegment string = variable.get(ValueLayout.ADDRESS, 0);
        if (string.equals(MemorySegment.NULL)) {
            return null;
        }
        try {
            return string.reinterpret(Long.MAX_VALUE).getString(0);
        } finally {
            invoke(() -> {
                stringFree.invokeExact(string);
                return null;
            });
        }
    }

    private static MethodHandle function(
            SymbolLookup library, String name, ValueLayout result, ValueLayout... parameters) {
        FunctionDescriptor descriptor =
                result == null ? FunctionDescriptor.ofVoid(parameters) : FunctionDescriptor.of(result, parameters);
        return Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(), descriptor);
    }

    private interface Native {
        Object invoke() throws Throwable;
    }

    /** A native function throws nothing. */
    private static Object invoke(Native function) {
        try {
            return function.invoke();
        } catch (Throwable problem) {
            throw new IllegalStateException(problem);
        }
    }

    /** A call that failed. The message is the response, in which {@code error.code} says what to do. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        /** The class of the outcome: a STORESHIP_ constant of the header. */
        final int status;

        Failure(int status, String response) {
            super(response == null ? "status " + status : response);
            this.status = status;
        }
    }
}
