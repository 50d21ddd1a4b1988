package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// variations are all of them, in groups: layouts of the lines, lines above, lines below, and names.
//
// Expected is what must hold for each: the cause of the exit is the same, so that no verdict becomes wrong, no summary states
// anything false, and none quotes the lines that were added. The column may lose is what the verdict may lose at most:
// a level can be lost if a layout states another one than the program did, or if the log does not show any more that the program was
// just starting.
var variations = slices.Concat(layouts, traces, prefixes, above, below, names)

// layouts write each line as a record of a logger, at the level error. The value of each is a format with the message: %s as it is,
// %q as a string of JSON.
var layouts = []variation{
	layout("zap", `{"level":"error","ts":1795894928.1135,"caller":"app/main.go:42","msg":%q}`),
	layout("logrus", `{"level":"error","msg":%q,"time":"2026-11-28T19:42:08Z"}`),
	layout("slog", `{"time":"2026-11-28T19:42:08.113Z","level":"ERROR","msg":%q}`),
	layout("pino", `{"level":50,"time":1795894928113,"pid":1,"hostname":"web-7c9f","msg":%q}`),
	layout("bunyan", `{"name":"web","hostname":"web-7c9f","pid":1,"level":50,"msg":%q,"time":"2026-11-28T19:42:08.113Z","v":0}`),
	layout("winston", `{"level":"error","message":%q,"timestamp":"2026-11-28T19:42:08.113Z"}`),
	layout("serilog", `{"@t":"2026-11-28T19:42:08.1135370Z","@mt":%q,"@l":"Error","SourceContext":"Shop.Startup"}`),
	layout("dotnet", `{"Timestamp":"2026-11-28T19:42:08Z","EventId":0,"LogLevel":"Error","Category":"Shop.Startup","Message":%q,"State":{}}`),
	layout("ecs", `{"@timestamp":"2026-11-28T19:42:08.113Z","ecs.version":"8.11","log":{"level":"ERROR","logger":"com.example.Main"},`+
		`"process":{"pid":1,"thread":{"name":"main"}},"service":{"name":"web"},"message":%q}`),
	layout("logstash", `{"@timestamp":"2026-11-28T19:42:08.113Z","@version":"1","message":%q,"logger_name":"com.example.Main",`+
		`"thread_name":"main","level":"ERROR","level_value":40000}`),
	layout("gcp", `{"severity":"ERROR","time":"2026-11-28T19:42:08.113Z","message":%q,"logging.googleapis.com/sourceLocation":`+
		`{"file":"main.go","line":"42"}}`),
	layout("python-json", `{"asctime": "2026-11-28 19:42:08,113", "name": "app.main", "levelname": "ERROR", "message": %q}`),
	layout("logfmt", `time=2026-11-28T19:42:08.113Z level=error msg=%q`),
	layout("go-kit", `ts=2026-11-28T19:42:08.113Z caller=main.go:42 level=error msg="startup failed" err=%q`),
	layout("zap-error", `{"level":"fatal","ts":1795894928.1135,"caller":"app/main.go:42","msg":"startup failed","error":%q,`+
		`"stacktrace":"main.main\n\t/app/main.go:42\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:283"}`),
	layout("pino-error", `{"level":60,"time":1795894928113,"pid":1,"hostname":"web-7c9f","err":{"type":"Error","message":%q,`+
		`"stack":"Error: \n    at main (/app/server.js:12:9)"},"msg":"startup failed"}`),
	layout("klog", "E1128 19:42:08.113535       1 main.go:42] %s"),
	layout("log4j", "2026-11-28 19:42:08,113 ERROR [main] c.e.s.Main: %s"),
	layout("logback", "19:42:08.113 [main] ERROR com.example.shop.Main - %s"),
	layout("spring", "2026-11-28T19:42:08.113Z ERROR 1 --- [web] [           main] com.example.shop.Main                    : %s"),
	layout("python", "2026-11-28 19:42:08,113 - app.main - ERROR - %s"),
	layout("python-basic", "ERROR:app.main:%s"),
	layout("loguru", "2026-11-28 19:42:08.113 | ERROR    | app.main:start:42 - %s"),
	layout("structlog", "2026-11-28 19:42:08 [error    ] %s"),
	layout("ruby", "E, [2026-11-28T19:42:08.113535 #1] ERROR -- : %s"),
	layout("monolog", "[2026-11-28T19:42:08.113535+00:00] app.ERROR: %s [] []"),
	layout("elixir", "19:42:08.113 [error] %s"),
	layout("env_logger", "[2026-11-28T19:42:08Z ERROR shop::server] %s"),
	layout("tracing", "2026-11-28T19:42:08.113535Z ERROR shop::server: %s"),
	layout("zap-console", "2026-11-28T19:42:08.113Z\terror\tapp/main.go:42\t%s"),
	layout("zerolog-console", "7:42PM ERR %s"),
	layout("serilog-console", "[19:42:08 ERR] %s"),
	layout("nest", "[Nest] 1  - 11/28/2026, 7:42:08 PM   ERROR [Bootstrap] %s"),
	layout("php-fpm", `[28-Nov-2026 19:42:08] WARNING: [pool www] child 7 said into stderr: "%s"`),
	layout("postgres", "2026-11-28 19:42:08.113 UTC [1] FATAL:  %s"),
}

// traces write a log that is one stack trace as loggers do if the program catches what was thrown.
var traces = []variation{
	traced("python-logged", pythonTrace, func(lines []string) []string {
		return slices.Concat([]string{"2026-11-28 19:42:08,113 ERROR app.main: startup failed"}, lines)
	}),
	traced("python-json", pythonTrace, func(lines []string) []string {
		return []string{`{"levelname": "ERROR", "name": "app.main", "message": "startup failed", "exc_info": ` + quoted(lines) + `}`}
	}),
	traced("structlog", pythonTrace, func(lines []string) []string {
		return []string{`{"event": "startup failed", "level": "error", "timestamp": "2026-11-28T19:42:08Z", "exception": ` + quoted(lines) + `}`}
	}),
	traced("logback", javaTrace, func(lines []string) []string {
		return slices.Concat([]string{"19:42:08.113 [main] ERROR com.example.shop.Main - startup failed"}, caught(lines))
	}),
	traced("spring", javaTrace, func(lines []string) []string {
		return slices.Concat([]string{
			"2026-11-28T19:42:08.113Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed", "",
		}, caught(lines))
	}),
	traced("logstash", javaTrace, func(lines []string) []string {
		return []string{`{"@timestamp":"2026-11-28T19:42:08.113Z","@version":"1","message":"startup failed","logger_name":"com.example.Main",` +
			`"thread_name":"main","level":"ERROR","level_value":40000,"stack_trace":` + quoted(caught(lines)) + `}`}
	}),
	traced("ecs", javaTrace, func(lines []string) []string {
		return []string{`{"@timestamp":"2026-11-28T19:42:08.113Z","log.level":"ERROR","message":"startup failed","ecs.version":"1.2.0",` +
			`"process.thread.name":"main","error.stack_trace":` + quoted(caught(lines)) + `}`}
	}),
}

func traced(name string, fits func(crash) bool, join func(lines []string) []string) variation {
	return variation{name: "trace/" + name, may: surety, fits: fits, join: join}
}

// quoted returns lines as a string of JSON.
func quoted(lines []string) string {
	text, err := json.Marshal(strings.Join(lines, "\n"))
	if err != nil {
		return strconv.Quote(err.Error())
	}
	return string(text)
}

const thrownInMain = `Exception in thread "main" `

// caught returns a stack trace of Java without the thread that it ended.
func caught(lines []string) []string {
	return slices.Concat([]string{strings.TrimPrefix(lines[0], thrownInMain)}, lines[1:])
}

// pythonTrace reports whether a log is one traceback of Python and nothing else.
func pythonTrace(r crash) bool {
	last := len(r.lines) - 1
	return last > 1 && r.lines[0] == "Traceback (most recent call last):" && !strings.HasPrefix(r.lines[last], " ") &&
		!slices.ContainsFunc(r.lines[1:last], func(line string) bool { return !strings.HasPrefix(line, "  ") })
}

var javaFrame = regexp.MustCompile(`^\s+(?:at|\.\.\.) |^Caused by: `)

// javaTrace reports whether a log is one stack trace of Java and nothing else.
func javaTrace(r crash) bool {
	return len(r.lines) > 1 && strings.HasPrefix(r.lines[0], thrownInMain) &&
		!slices.ContainsFunc(r.lines[1:], func(line string) bool { return !javaFrame.MatchString(line) })
}

// prefixes stand before each line, whatever layout the line has.
var prefixes = []variation{
	prefixed("compose", "web-1  | "),
	prefixed("foreman", "19:42:08 web.1  | "),
	prefixed("bracketed", "[web] "),
	prefixed("svlogd", "2026-11-28_19:42:08.11353 "),
	prefixed("rfc3339", "2026-11-28T19:42:08.113535Z "),
	prefixed("date", "2026-11-28 19:42:08 "),
	prefixed("go-log", "2026/11/28 19:42:08 "),
	prefixed("syslog", "Nov 28 19:42:08 web-7c9f web[1]: "),
	prefixed("rfc5424", "<11>1 2026-11-28T19:42:08.113Z web-7c9f web 1 - - "),
	{name: "prefix/red", may: nothing, wrap: func(line string) string { return "\x1b[31m" + line + "\x1b[0m" }},
	{name: "prefix/crlf", may: nothing, wrap: func(line string) string { return line + "\r" }},
}

// layout returns a variation that writes each line as a record of a logger.
func layout(name, format string) variation {
	return variation{name: "layout/" + name, may: surety, fits: bare, wrap: func(line string) string {
		if !strings.Contains(format, "%q") {
			return fmt.Sprintf(format, line)
		}
		return strings.Replace(format, "%q", quoted([]string{line}), 1)
	}}
}

func prefixed(name, text string) variation {
	return variation{name: "prefix/" + name, may: nothing, wrap: func(line string) string { return text + line }}
}

// above are lines that stand above a log and report nothing that ends a program.
var above = []variation{
	{name: "above/banner", may: nothing, before: `
  ____  _
 / ___|| |__   ___  _ __
 \___ \| '_ \ / _ \| '_ \
  ___) | | | | (_) | |_) |
 |____/|_| |_|\___/| .__/
                   |_|
Shop 4.2.1 (build 7f3c2d1, linux/amd64)
Copyright (c) 2019-2026 Example Ltd. All rights reserved.`},
	{name: "above/node-deprecated", may: nothing, before: `
(node:1) [DEP0040] DeprecationWarning: The ` + "`punycode`" + ` module is deprecated. Please use a userland alternative instead.
(Use ` + "`node --trace-deprecation ...`" + ` to show where the warning was created)`},
	{name: "above/python-warning", may: nothing, before: `
/usr/lib/python3/dist-packages/requests/__init__.py:89: RequestsDependencyWarning: urllib3 (2.2.1) or chardet (5.2.0) ` +
		`doesn't match a supported version!
  warnings.warn(`},
	{name: "above/java-warning", may: nothing, before: `
NOTE: Picked up JAVA_TOOL_OPTIONS: -XX:MaxRAMPercentage=75.0
OpenJDK 64-Bit Server VM warning: Options -Xverify:none and -noverify were deprecated in JDK 13 and will likely be ` +
		`removed in a future release.
SLF4J: No SLF4J providers were found.
SLF4J: Defaulting to no-operation (NOP) logger implementation
SLF4J: See https://www.slf4j.org/codes.html#noProviders for further details.`},
	{name: "above/locale", may: nothing, before: `
/bin/bash: warning: setlocale: LC_ALL: cannot change locale (en_US.UTF-8)
perl: warning: Setting locale failed.
perl: warning: Please check that your locale settings:
	LC_ALL = "en_US.UTF-8",
	LANG = (unset)
    are supported and installed on your system.
perl: warning: Falling back to the standard locale ("C").`},
	{name: "above/tensorflow", may: nothing, before: `
2026-11-28 19:42:07.101245: W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic ` +
		`library 'libcudart.so.11.0'; ` +
		`dlerror: libcudart.so.11.0: cannot open shared object file: No such file or directory
2026-11-28 19:42:07.101261: I tensorflow/stream_executor/cuda/cudart_stub.cc:29] Ignore above cudart dlerror if you do ` +
		`not have a GPU set up on your machine.`},
	{name: "above/redis-advice", may: nothing, before: `
1:C 28 Nov 2026 19:42:07.101 # WARNING Memory overcommit must be enabled! Without it, a background save or replication ` +
		`may fail under low memory condition.
1:M 28 Nov 2026 19:42:07.102 # WARNING: The TCP backlog setting of 511 cannot be enforced because ` +
		`/proc/sys/net/core/somaxconn is set to the lower value of 128.`},
	{name: "above/in-cluster", may: nothing, before: `
W1128 19:42:07.101245       1 client_config.go:659] Neither --kubeconfig nor --master was specified.  Using the ` +
		`inClusterConfig.  This might not work.`},
	{name: "above/no-dotenv", may: nothing, before: `
[dotenv] .env file not found, using the environment
warning: could not open /etc/shop/local.conf, using defaults`},
	{name: "above/waited", may: nothing, before: `
Waiting for postgres at shop-db:5432 (1/30): connection refused
Waiting for postgres at shop-db:5432 (2/30): connection refused
Connected to postgres at shop-db:5432`},
	{name: "above/wait-for-it", may: nothing, before: `
wait-for-it.sh: waiting 30 seconds for shop-queue:5672
wait-for-it.sh: shop-queue:5672 is available after 4 seconds`},
	{name: "above/reconnected", may: nothing, before: `
2026-11-28 19:42:06,101 WARN  [main] c.e.s.Queue: connection to shop-queue:5672 failed: Connection refused, retrying in 1s
2026-11-28 19:42:07,105 INFO  [main] c.e.s.Queue: connected to shop-queue:5672`},
	{name: "above/nginx-entrypoint", may: nothing, before: `
/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
10-listen-on-ipv6-by-default.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)
/docker-entrypoint.sh: Configuration complete; ready for start up`},
	{name: "above/s6-init", may: nothing, before: `
[s6-init] making user provided files available at /var/run/s6/etc...exited 0.
[s6-init] ensuring user provided files have correct perms...exited 0.
[cont-init.d] executing container initialization scripts...
[cont-init.d] 10-adduser: exited 0.
[cont-init.d] done.
[services.d] starting services
[services.d] done.`},
	{name: "above/npm-start", may: nothing, before: `

> shop@1.0.0 start
> node server.js
`},
	{name: "above/migrated", may: nothing, before: `
INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.
INFO  [alembic.runtime.migration] Will assume transactional DDL.
Operations to perform:
  Apply all migrations: admin, auth, contenttypes, sessions
Running migrations:
  No migrations to apply.`},
	{name: "above/configuration", may: nothing, before: `
2026-11-28 19:42:07,101 INFO  [main] c.e.s.Main: loaded configuration from /etc/shop/shop.yaml
2026-11-28 19:42:07,102 INFO  [main] c.e.s.Main: listen=0.0.0.0:8080 database.max-connections=20 errors.retry=false`},
	{name: "above/200-info", may: surety, before: manyLines},
}

var manyLines = func() string {
	var out strings.Builder
	for i := range 200 {
		fmt.Fprintf(&out, "2026-11-28 19:42:07,%03d INFO  [main] c.e.s.Registry: registered handler %d of 200\n", i, i+1)
	}
	return out.String()
}()

// below are lines that the program, or what runs it, writes when the program has failed.
var below = []variation{
	wrapper("npm-10", `
npm error Lifecycle script `+"`start`"+` failed with error:
npm error code CODE
npm error path /app
npm error workspace shop@1.0.0
npm error location /app
npm error command failed
npm error command sh -c node server.js`),
	wrapper("npm-6", `
npm ERR! code ELIFECYCLE
npm ERR! errno CODE
npm ERR! shop@1.0.0 start: `+"`node server.js`"+`
npm ERR! Exit status CODE
npm ERR! 
npm ERR! Failed at the shop@1.0.0 start script.
npm ERR! This is probably not a problem with npm. There is likely additional logging output above.

npm ERR! A complete log of this run can be found in:
npm ERR!     /root/.npm/_logs/2026-11-28T19_42_08_301Z-debug.log`),
	wrapper("yarn", `
error Command failed with exit code CODE.
info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.`),
	wrapper("pnpm", ` ELIFECYCLE  Command failed with exit code CODE.`),
	wrapper("make", `make: *** [Makefile:12: run] Error CODE`),
	wrapper("cargo", "error: process didn't exit successfully: `target/release/shop` (exit status: CODE)"),
	wrapper("go-run", `exit status CODE`),
	wrapper("maven", `
[INFO] ------------------------------------------------------------------------
[INFO] BUILD FAILURE
[INFO] ------------------------------------------------------------------------
[INFO] Total time:  4.211 s
[INFO] Finished at: 2026-11-28T19:42:08Z
[INFO] ------------------------------------------------------------------------
[ERROR] Failed to execute goal org.springframework.boot:spring-boot-maven-plugin:3.3.4:run (default-cli) on project shop: `+
		`Process terminated with exit code: CODE -> [Help 1]
[ERROR] 
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] Re-run Maven using the -X switch to enable full debug logging.
[ERROR] 
[ERROR] For more information about the errors and possible solutions, please read the following articles:
[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/MojoExecutionException`),
	wrapper("gradle", `
> Task :bootRun FAILED

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':bootRun'.
> Process 'command '/opt/java/bin/java'' finished with non-zero exit value CODE

* Try:
> Run with --stacktrace option to get the stack trace.
> Run with --info or --debug option to get more log output.

BUILD FAILED in 5s
2 actionable tasks: 1 executed, 1 up-to-date`),
	wrapper("supervisord", `
2026-11-28 19:42:08,412 WARN exited: web (exit status CODE; not expected)
2026-11-28 19:42:09,414 INFO gave up: web entered FATAL state, too many start retries too quickly
2026-11-28 19:42:09,415 WARN received SIGQUIT indicating exit request`),
	wrapper("s6", `
[cont-finish.d] executing container finish scripts...
[cont-finish.d] done.
[s6-finish] waiting for services.
[s6-finish] sending all processes the TERM signal.
[s6-finish] sending all processes the KILL signal and exiting.`),
	wrapper("foreman", `
19:42:08 web.1  | exited with code CODE
19:42:08 system | sending SIGTERM to all processes`),
	wrapper("entrypoint", `[entrypoint] web exited with code CODE`),
	wrapper("pm2", `
2026-11-28T19:42:08: PM2 log: App [web:0] exited with code [CODE] via signal [SIGINT]
2026-11-28T19:42:08: PM2 log: App [web:0] will not restart: max restarts reached`),
	wrapper("sleep", `Sleeping 5 seconds before exit`),
	wrapper("log-file", `A complete log of this run can be found in: /var/log/shop/startup.log`),
	goodbye("pools-log4j", `
2026-11-28 19:42:08,201 INFO  [main] c.z.h.HikariDataSource: HikariPool-1 - Shutdown initiated...
2026-11-28 19:42:08,214 INFO  [main] c.z.h.HikariDataSource: HikariPool-1 - Shutdown completed.`),
	goodbye("pools-plain", `
Closing connection pool
connection to shop-db closed`),
	goodbye("flush", `
flushing metrics
tracer: flushed 12 spans`),
	goodbye("bye", `
Shutting down
Bye`),
	goodbye("stopped-json", `
{"level":"info","ts":1795894928.201,"caller":"app/main.go:61","msg":"shutting down"}
{"level":"info","ts":1795894928.203,"caller":"app/main.go:64","msg":"server stopped"}`),
	goodbye("shutdown-log", `
2026-11-28 19:42:08,201 INFO  [main] c.e.s.Main: Shutting down
2026-11-28 19:42:08,203 INFO  [main] c.e.s.Main: Closed all connections
2026-11-28 19:42:08,204 INFO  [main] c.e.s.Main: Shutdown complete`),
	goodbye("puma", `
- Gracefully stopping, waiting for requests to finish
=== puma shutdown: 2026-11-28 19:42:08 +0000 ===
- Goodbye!`),
	goodbye("gunicorn", `
[2026-11-28 19:42:08 +0000] [8] [INFO] Worker exiting (pid: 8)
[2026-11-28 19:42:08 +0000] [1] [ERROR] Worker (pid:8) exited with code 3
[2026-11-28 19:42:08 +0000] [1] [ERROR] Shutting down: Master
[2026-11-28 19:42:08 +0000] [1] [ERROR] Reason: Worker failed to boot.`),
	goodbye("aiohttp", `
Unclosed client session
client_session: <aiohttp.client.ClientSession object at 0x7f2b8c1d5a90>`),
	goodbye("resource-warning", `sys:1: ResourceWarning: unclosed <socket.socket fd=7, family=2, laddr=('10.244.1.23', 41522)>`),
	goodbye("tomcat", `
2026-11-28 19:42:08.201  WARN 1 --- [           main] o.a.c.loader.WebappClassLoaderBase       : The web application [ROOT] `+
		`appears to have started a thread named [HikariPool-1 housekeeper] but has failed to stop it. This is very likely to create a memory leak.
2026-11-28 19:42:08.203  INFO 1 --- [           main] o.apache.catalina.core.StandardService   : Stopping service [Tomcat]`),
	{name: "below/otel-flush", may: assertion, fits: both(fails, handled), after: `
2026/11/28 19:42:08 traces export: Post "http://otel-collector.observability:4318/v1/traces": context canceled`},
}

func wrapper(name, text string) variation {
	return variation{name: "below/" + name, may: surety, fits: fails, after: text}
}

// goodbye returns a variation by lines that the program itself writes when it exits, which a killed or crashed one cannot.
func goodbye(name, text string) variation {
	return variation{name: "below/" + name, may: surety, fits: both(fails, handled), after: text}
}

func both(a, b func(crash) bool) func(crash) bool { return func(r crash) bool { return a(r) && b(r) } }

// names are other names and exit codes that mean nothing.
var names = []variation{
	rename("namespace", "zq7-team", func(r crash) string { return r.labels.Namespace }),
	rename("container", "zq7main", func(r crash) string { return r.labels.Culprit.Container }),
	rename("workload", "zq7unit", func(r crash) string { return r.labels.Culprit.Name }),
	exitCode("1"), exitCode("2"), exitCode("255"), exitCode("70"),
}

// rename returns a variation by another name, which no log and no label has.
func rename(what, to string, from func(crash) string) variation {
	return variation{name: "names/" + what, may: nothing, fits: unnamed(from), change: func(r crash, text string) string {
		return renamed(text, from(r), to)
	}}
}

// renamed replaces a name if it stands alone, as a part of a path, or before the parts that controllers add to names.
func renamed(text, from, to string) string {
	return regexp.MustCompile(`\b`+regexp.QuoteMeta(from)+`\b`).ReplaceAllString(text, to)
}

// exitCode returns a variation by another exit code, of those that programs use for any failure.
func exitCode(code string) variation {
	return variation{
		name: "names/exit-" + code, may: surety,
		fits: func(r crash) bool {
			general := r.code != code && slices.Contains([]string{"1", "2", "255"}, r.code)
			labelled := strings.Contains(strings.Join(slices.Concat(r.labels.Mention, r.labels.Not), " "), "exit")
			return general && !labelled && handled(r) && !statesCode.MatchString(strings.Join(r.lines, "\n"))
		},
		change: func(_ crash, text string) string {
			return exitCodes.ReplaceAllStringFunc(text, func(line string) string {
				at := strings.LastIndexByte(line, ' ')
				return line[:at+1] + code
			})
		},
	}
}

// statesCode matches a log that may state the exit code.
var statesCode = regexp.MustCompile(`(?i)exit|status|code|errno`)

// unnamed returns a condition: the name does not occur in the log or the labels, and is long enough to be no word of another meaning.
func unnamed(name func(crash) string) func(crash) bool {
	const shortest = 5
	return func(r crash) bool {
		n := name(r)
		if len(n) < shortest {
			return false
		}
		texts := slices.Concat(r.lines, r.labels.Mention, r.labels.Not, r.labels.false)
		return !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), n) })
	}
}

// fails reports whether the program exited by itself with a code for a failure, over what it is, was given or needs: then it, and what
// runs it, can still write.
func fails(r crash) bool {
	code, err := strconv.Atoi(r.code)
	if err != nil || code < 1 || code > 125 {
		return false
	}
	return slices.Contains([]string{"app-config", "dependency", "image-bug"}, r.labels.Category)
}

// handled reports whether the log shows no crash after which the program itself writes nothing more.
func handled(r crash) bool {
	return !slices.ContainsFunc(r.lines, func(line string) bool { return crashed.MatchString(line) })
}

var crashed = regexp.MustCompile(`^panic: |^goroutine |^fatal error: |SIGSEGV|core dumped|` +
	`[Ss]egmentation fault|[Aa]borted|[Aa]ssert|panicked at`)

// bare reports whether a log is a few messages, none of which has a layout of its own, is a part of another, or only informs:
// what a logger would write as that many errors.
func bare(r crash) bool {
	const most = 5
	other := func(line string) bool { return !message.MatchString(line) || laidOut.MatchString(line) }
	return len(r.lines) <= most && !slices.ContainsFunc(r.lines, other)
}

var (
	// message is a line that begins with a word and has several.
	message = regexp.MustCompile(`^[A-Za-z"'/][^ ]* .*[^:,({]$`)
	// laidOut matches lines that have a clock, a level, fields or a place.
	laidOut = regexp.MustCompile(`(?i)\d\d:\d\d|^\W*(?:trace|debug|info|notice|warn|warning|panic)\b|\b(?:info|warn|warning)\b|` +
		`level=|usage|^Traceback|^Exception in |^\S*[$.]\S*(?:Error|Exception)\b|` +
		`^(?:starting|loading|loaded|connected|connecting|using|try|see|run|running|checking)\b|version \d`)
)
