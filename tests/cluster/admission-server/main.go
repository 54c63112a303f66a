// Command admission-server is an API server whose admission is that of a current Kubernetes: the genuine generic API server, its admission chain
// (NamespaceLifecycle, the webhooks, the admission policies), the genuine apiextensions-apiserver for custom resources, and a genuine etcd, linked
// from Debian's packages of their sources. What is not in those packages is ours, and small: how the built-in kinds are stored (kinds.go), and
// their defaults and checks where admission depends on them (registration.go). Built-in objects are decoded strictly and stored, but not validated.
//
// usage: admission-server FOLDER
//
// Serves on a loopback port that the system chooses, writes FOLDER/kubeconfig when it is ready, and ends when its standard input does.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	extensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	extensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	extensions "k8s.io/apiextensions-apiserver/pkg/apiserver"
	extensionsoptions "k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	webhookinit "k8s.io/apiserver/pkg/admission/plugin/webhook/initializer"
	"k8s.io/apiserver/pkg/authentication/request/bearertoken"
	"k8s.io/apiserver/pkg/authentication/token/tokenfile"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/endpoints/discovery/aggregated"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/compatibility"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/klog/v2"

	nooptrace "go.opentelemetry.io/otel/trace/noop"
)

// The only token. Whoever has it may do everything, also in another's name (kubectl --as).
const token = "administrator"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: admission-server FOLDER")
		os.Exit(2)
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	if err := run(ctx, os.Args[1]); err != nil {
		klog.ErrorS(err, "the server ended")
		os.Exit(1)
	}
}

func run(ctx context.Context, folder string) error {
	endpoint, closeEtcd, err := startEtcd(filepath.Join(folder, "etcd"))
	if err != nil {
		return err
	}
	defer closeEtcd()

	config, certificate, err := genericConfig(filepath.Join(folder, "certificates"))
	if err != nil {
		return err
	}
	if err := admission(config); err != nil {
		return err
	}
	server, err := servers(config, endpoint)
	if err != nil {
		return err
	}
	if err := server.AddPostStartHook("kubeconfig", func(hook genericapiserver.PostStartHookContext) error {
		return writeKubeconfig(folder, config.LoopbackClientConfig.Host, certificate)
	}); err != nil {
		return err
	}
	return server.PrepareRun().RunWithContext(ctx)
}

// genericConfig is what both servers share: where they listen, who may come, what they are.
func genericConfig(certificates string) (*genericapiserver.RecommendedConfig, string, error) {
	config := genericapiserver.NewRecommendedConfig(codecs)
	config.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	config.FeatureGate = utilfeature.DefaultFeatureGate
	config.AggregatedDiscoveryGroupManager = aggregated.NewResourceManager("apis")
	config.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(definitions, openapinamer.NewDefinitionNamer(extensions.Scheme, scheme))

	serving := genericoptions.NewSecureServingOptions()
	serving.ServerCert.CertDirectory = certificates
	loopback := net.IPv4(127, 0, 0, 1)
	if err := serving.MaybeDefaultWithSelfSignedCerts("localhost", nil, []net.IP{loopback}); err != nil {
		return nil, "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	serving.Listener, serving.BindAddress = listener, loopback
	if err := serving.WithLoopback().ApplyToConfig(&config.Config); err != nil {
		return nil, "", err
	}
	config.Authentication.Authenticator = bearertoken.New(tokenfile.New(map[string]*user.DefaultInfo{
		token: {Name: "administrator", Groups: []string{user.SystemPrivilegedGroup, user.AllAuthenticated}},
	}))
	config.Authorization.Authorizer = authorizerfactory.NewAlwaysAllowAuthorizer()
	return config, serving.ServerCert.CertKey.CertFile, nil
}

// admission is the generic chain, in its own order; it reads registrations, policies, namespaces and services from this very server.
func admission(config *genericapiserver.RecommendedConfig) error {
	client, err := kubernetes.NewForConfig(config.LoopbackClientConfig)
	if err != nil {
		return err
	}
	dynamicClient, err := dynamic.NewForConfig(config.LoopbackClientConfig)
	if err != nil {
		return err
	}
	config.SharedInformerFactory = informers.NewSharedInformerFactory(client, 0)
	wrapper := webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, config.LoopbackClientConfig, nooptrace.NewTracerProvider())
	return genericoptions.NewAdmissionOptions().ApplyTo(&config.Config, config.SharedInformerFactory, client, dynamicClient, config.FeatureGate, config.EffectiveVersion,
		webhookinit.NewPluginInitializer(wrapper, newEndpoints(config.SharedInformerFactory)))
}

// servers makes the chain that kube-apiserver makes, less the aggregator: built-in kinds, then custom resources, then 404.
func servers(config *genericapiserver.RecommendedConfig, endpoint string) (*genericapiserver.GenericAPIServer, error) {
	custom := *config
	custom.PostStartHooks = map[string]genericapiserver.PostStartHookConfigEntry{}
	etcd := genericoptions.NewEtcdOptions(storage(endpoint, "/registry/extensions", extensions.Codecs.LegacyCodec(extensionsv1beta1.SchemeGroupVersion, extensionsv1.SchemeGroupVersion)))
	etcd.StorageConfig.EncodeVersioner = runtime.NewMultiGroupVersioner(extensionsv1.SchemeGroupVersion, schema.GroupKind{Group: extensionsv1.GroupName})
	etcd.SkipHealthEndpoints = true
	if err := etcd.ApplyTo(&custom.Config); err != nil {
		return nil, err
	}
	custom.MergedResourceConfig = extensions.DefaultAPIResourceConfigSource()
	extensionsConfig := extensions.Config{
		GenericConfig: &custom,
		ExtraConfig: extensions.ExtraConfig{
			CRDRESTOptionsGetter: extensionsoptions.NewCRDRESTOptionsGetter(*etcd, custom.ResourceTransformers, custom.StorageObjectCountTracker),
			MasterCount:          1,
			ServiceResolver:      newEndpoints(config.SharedInformerFactory),
			AuthResolverWrapper:  webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, config.LoopbackClientConfig, nooptrace.NewTracerProvider()),
		},
	}
	extensionsServer, err := extensionsConfig.Complete().New(genericapiserver.NewEmptyDelegate())
	if err != nil {
		return nil, err
	}

	builtIn := genericoptions.NewEtcdOptions(storage(endpoint, "/registry", storageCodec()))
	if err := builtIn.ApplyTo(&config.Config); err != nil {
		return nil, err
	}
	config.SkipOpenAPIInstallation = true // the schemas of custom resources are served by the server behind
	server, err := config.Complete().New("admission-server", extensionsServer.GenericAPIServer)
	if err != nil {
		return nil, err
	}
	return server, install(server, config.RESTOptionsGetter)
}

func writeKubeconfig(folder, server, certificate string) error {
	config := clientcmdapi.NewConfig()
	config.Clusters["modern"] = &clientcmdapi.Cluster{Server: server, CertificateAuthority: certificate}
	config.AuthInfos["administrator"] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts["modern"] = &clientcmdapi.Context{Cluster: "modern", AuthInfo: "administrator"}
	config.CurrentContext = "modern"
	unfinished := filepath.Join(folder, ".kubeconfig")
	if err := clientcmd.WriteToFile(*config, unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, filepath.Join(folder, "kubeconfig"))
}
