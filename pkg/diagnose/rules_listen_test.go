package diagnose_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

func command(words ...string) story {
	return with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Command = words })
}

// A name on which a program is to listen is a part of its own settings, one to which it connects is not.
func TestUnresolvedNames(t *testing.T) {
	const gone = "could not translate host name \"orders-primary\" to address: Name or service not known\n"
	for _, c := range []struct {
		name  string
		log   string
		story story
		want  diagnose.Category
	}{
		{"an argument", gone, command("postgres", "-c", "listen_addresses=orders-primary"), diagnose.AppConfig},
		{"an argument of its own", gone, command("web", "--bind-address", "orders-primary"), diagnose.AppConfig},
		{"a variable", gone, env("BIND_ADDRESS", "orders-primary"), diagnose.AppConfig},
		{
			"a file", gone, configMap("conf", "/etc/web", time.Hour, map[string]string{"web.conf": "user web\nlisten orders-primary:80\n"}),
			diagnose.AppConfig,
		},
		{"a host to connect to", gone, command("web", "--host", "orders-primary"), diagnose.Dependency},
		{"credentials of LDAP", gone, env("LDAP_BIND_PASSWORD", "orders-primary"), diagnose.Dependency},
		{"an address to connect to", gone, env("LISTEN_NOTES_URL", "http://orders-primary/"), diagnose.Dependency},
		{
			"both", gone,
			configMap("conf", "/etc/web", time.Hour, map[string]string{"web.conf": "listen orders-primary:80\nreplicaof orders-primary 6379\n"}),
			diagnose.Dependency,
		},
		{"no setting", gone, func(*world) {}, diagnose.Dependency},
	} {
		t.Run(c.name, func(t *testing.T) {
			item := crash(t, 1, c.log, c.story)
			if item.Cause.Category != c.want {
				t.Errorf("%s: %s", item.Cause.Category, facts(item))
			}
			if listens := strings.Contains(item.Cause.Summary, "is to listen on orders-primary"); listens != (c.want == diagnose.AppConfig) {
				t.Errorf("summary: %s", item.Cause.Summary)
			}
		})
	}
}

// A path that is only mentioned beside the reason is not what the reason is about.
func TestPathsBesideTheReason(t *testing.T) {
	const port = "getaddrinfo error: [Servname not supported for ai_socktype]\n"
	got := facts(crash(t, 1, "Add flow source: ident: none, flowdir: /data/flows\n"+port, command("web", "-l", "/data/flows", "-p", "flows")))
	if strings.Contains(got, "once /data/flows is corrected") || !strings.Contains(got, "the port in the settings") {
		t.Errorf("port: %s", got)
	}
	got = facts(crash(t, 2, "Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in <module>\n    run()\n"+
		"ValueError: invalid literal for int() with base 10: 'http'\n", command("python3", "/srv/app.py", "--port=http")))
	if strings.Contains(got, "/srv/app.py is corrected") || !strings.Contains(got, "argument --port=http is corrected") {
		t.Errorf("script: %s", got)
	}
	got = facts(crash(t, 1, "cannot parse /etc/web/limits.ini:\ninvalid value for maxsize: plenty\n", command("web", "--file=/etc/web/limits.ini")))
	if !strings.Contains(got, "/etc/web/limits.ini is corrected") {
		t.Errorf("complaint: %s", got)
	}
	got = facts(crash(t, 1, "tornado.options.Error: Unrecognized command line option: 'prot'\n", command("web", "--prot=8888")))
	if !strings.Contains(got, "--prot=8888 is corrected") {
		t.Errorf("option: %s", got)
	}
}
