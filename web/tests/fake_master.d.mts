export class FakeMaster {
  signedIn: boolean;
  requests: any[];
  tasks: Map<string, any>;
  answer(method: string, address: string, headers?: Record<string, string>, body?: string): { status: number; type: string; body: any };
  fetch: (address: unknown, options?: any) => Promise<Response>;
}
